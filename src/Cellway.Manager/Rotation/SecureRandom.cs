using System.Security.Cryptography;
using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>The system's generator: whoever knows all names so far knows nothing of the next.</summary>
internal sealed class SecureRandom : IRotationRandom
{
    public string NewName() => ServiceName.Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true);

    public TimeSpan UpTo(TimeSpan longest) => TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(0, (int)longest.TotalSeconds + 1));
}

using Cellway.Model.Cells;

namespace Cellway.Node.PhoneHome;

/// <summary>Service names as management sends them.</summary>
public static class ServiceNames
{
    /// <summary>The name with its times.</summary>
    public static ServiceName ToModel(this Model.Contracts.ServiceName message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new()
        {
            Name = message.Name,
            NotBefore = DateTimeOffset.FromUnixTimeSeconds(message.NotBefore),
            NotAfter = message.NotAfter == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(message.NotAfter),
        };
    }
}

using System.Text;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Hashes of the tokens that have been right lately: their holders may learn that management cannot be asked, strangers may not.</summary>
internal sealed class ServedTokens
{
    private const int Most = 8192;

    private readonly HashSet<Hash256> _known = [];
    private readonly Lock _lock = new();

    public void Add(string token)
    {
        lock (_lock)
        {
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known.Add(HashOf(token));
        }
    }

    public void Remove(string token)
    {
        lock (_lock)
        {
            _known.Remove(HashOf(token));
        }
    }

    public bool Contains(string token)
    {
        lock (_lock)
        {
            return _known.Contains(HashOf(token));
        }
    }

    private static Hash256 HashOf(string token) => Hash256.Of(Encoding.ASCII.GetBytes(token));
}

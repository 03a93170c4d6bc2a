using System.Security.Cryptography;

namespace Cellway.Manager.Backups.Format;

/// <summary>Counts and hashes records as they pass, folder by folder.</summary>
internal sealed class BackupTally(string prefix) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<BackupFolder> _folders = [];
    private string? _folder;
    private string _last = "";
    private long _keys;
    private long _bytes;

    /// <summary>Takes in the next record.</summary>
    /// <param name="key">Greater than the one before.</param>
    /// <param name="value">Its value's length.</param>
    /// <param name="line">Its whole line.</param>
    /// <exception cref="BackupException">The keys are not in order, or not the network's.</exception>
    public void Add(string key, int value, ReadOnlySpan<byte> line)
    {
        if (string.CompareOrdinal(key, _last) <= 0 || !key.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw BackupException.Damaged();
        }

        _last = key;
        if (_folder is null || !IsIn(_folder, key))
        {
            Close();
            var slash = key.IndexOf('/', prefix.Length);
            _folder = slash < 0 ? key[prefix.Length..] : key[prefix.Length..(slash + 1)];
        }

        _hash.AppendData(line);
        _keys++;
        _bytes += key.Length + value;
    }

    /// <summary>What has passed.</summary>
    public IReadOnlyList<BackupFolder> End()
    {
        Close();
        return _folders;
    }

    public void Dispose() => _hash.Dispose();

    private bool IsIn(string folder, string key) =>
        folder[^1] == '/' ? key.AsSpan(prefix.Length).StartsWith(folder, StringComparison.Ordinal) : false;

    private void Close()
    {
        if (_folder is not null)
        {
            _folders.Add(new(_folder, _keys, _bytes, Convert.ToHexStringLower(_hash.GetHashAndReset())));
            (_folder, _keys, _bytes) = (null, 0, 0);
        }
    }
}

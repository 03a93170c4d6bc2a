using System.Buffers.Text;
using System.Text;

namespace Cellway.Cli.Local;

/// <summary>Looks for secrets where none may be: in the state, in what nodes keep, and in logs.</summary>
internal sealed class SecretScan
{
    private readonly List<(string Name, byte[] Form)> _forms = [("a private key", "PRIVATE KEY-----"u8.ToArray())];

    /// <summary>Adds a text that must not be found.</summary>
    public void AddText(string name, string secret) => _forms.Add((name, Encoding.UTF8.GetBytes(secret)));

    /// <summary>Adds bytes that must not be found as they are, in hex or in either base 64.</summary>
    public void AddBytes(string name, ReadOnlySpan<byte> secret)
    {
        _forms.Add((name, secret.ToArray()));
        AddText(name, Convert.ToHexStringLower(secret));
        AddText(name, Convert.ToHexString(secret));
        AddText(name, Convert.ToBase64String(secret).TrimEnd('='));
        AddText(name, Base64Url.EncodeToString(secret));
    }

    /// <summary>Every finding below a directory. A node's own key file is where a private key belongs.</summary>
    public IReadOnlyList<string> Run(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) != ".key")
            .SelectMany(file => FindIn(File.ReadAllBytes(file)).Select(name => $"{name} in {Path.GetRelativePath(directory, file)}"))
            .Distinct(),
    ];

    private IEnumerable<string> FindIn(byte[] content) => _forms.Where(f => content.AsSpan().IndexOf(f.Form) >= 0).Select(f => f.Name);
}

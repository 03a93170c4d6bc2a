using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority.Tokens;

/// <summary>A PKCS#11 token that keeps root keys: they are made on it and never leave it.</summary>
/// <param name="Module">The library of the token's maker.</param>
/// <param name="Label">Which of its tokens.</param>
/// <param name="PinFile">File with the user's PIN, readable by its owner only.</param>
public sealed record RootToken(string Module, string Label, string PinFile)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Reads a PKCS#11 URI (RFC 7512) with <c>token</c>, <c>module-path</c> and <c>pin-source</c>.</summary>
    /// <param name="text">As in <c>pkcs11:token=cellway?module-path=/usr/lib/softhsm/libsofthsm2.so&amp;pin-source=/etc/cellway/pin</c>.</param>
    /// <param name="token">What it names.</param>
    /// <param name="why">One line for the person who wrote it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RootToken? token, out string why)
    {
        ArgumentNullException.ThrowIfNull(text);
        (token, why) = (null, "");
        const string Form = "pkcs11:token=LABEL?module-path=LIBRARY&pin-source=FILE";
        if (!text.StartsWith("pkcs11:", StringComparison.Ordinal))
        {
            why = $"“{text}” is no PKCS#11 URI: write {Form}.";
            return false;
        }

        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (var part in text["pkcs11:".Length..].Split(['?', ';', '&'], StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (part[..at], Uri.UnescapeDataString(part[(at + 1)..])) : (part, "");
            if (name is not ("token" or "module-path" or "pin-source") || value.Length == 0 || !parts.TryAdd(name, value))
            {
                why = $"The PKCS#11 URI says “{name}” in a way that is not understood: write {Form}.";
                return false;
            }
        }

        if (parts.Count < 3)
        {
            why = $"The PKCS#11 URI is not whole: write {Form}.";
            return false;
        }

        var pin = parts["pin-source"];
        token = new(parts["module-path"], parts["token"], pin.StartsWith("file:", StringComparison.Ordinal) ? pin["file:".Length..] : pin);
        return true;
    }

    /// <exception cref="SealException">The file cannot be read, or others can read it.</exception>
    internal byte[] ReadPin()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(PinFile) && (File.GetUnixFileMode(PinFile) & ~OwnerOnly) != 0)
            {
                throw new SealException($"The PIN file {PinFile} can be used by other users of this machine: run chmod 600 {PinFile}");
            }

            return Encoding.UTF8.GetBytes(File.ReadAllText(PinFile).TrimEnd('\r', '\n'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"The PIN file {PinFile} cannot be read: {e.Message}", e);
        }
    }
}

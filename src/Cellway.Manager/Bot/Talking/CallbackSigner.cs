using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cellway.Manager.Bot.Talking;

/// <summary>Makes what a button carries: which dialogue, with what, until when; signed for one person, so that nobody else's and no made up one works.</summary>
/// <remarks><c>dialogue:argument:minute:signature</c>; Telegram has room for 64 bytes. The signature has 48 bits, and who guesses is slowed down.</remarks>
internal sealed class CallbackSigner(byte[] key, TimeProvider time)
{
    private const int MaxData = 64;
    private const int SignatureBytes = 6;

    public string Sign(string person, Button button)
    {
        var expires = (long)Math.Ceiling((time.GetUtcNow() + button.Lasts - DateTimeOffset.UnixEpoch).TotalMinutes);
        var data = $"{button.Dialogue}:{button.Argument}:{expires.ToString("x", CultureInfo.InvariantCulture)}";
        var signed = $"{data}:{SignatureOf(person, data)}";
        return signed.Length <= MaxData ? signed : throw new InvalidOperationException($"A button of {button.Dialogue} carries too much.");
    }

    /// <returns>Whether the button is this person's; <paramref name="expired"/> is set if it was once.</returns>
    public bool TryRead(string person, string text, [NotNullWhen(true)] out string? dialogue, out string argument, out bool expired)
    {
        (dialogue, argument, expired) = (null, "", false);
        var end = text.LastIndexOf(':');
        var minuteAt = end < 1 ? -1 : text.LastIndexOf(':', end - 1);
        var argumentAt = text.IndexOf(':', StringComparison.Ordinal);
        if (argumentAt < 0 || minuteAt <= argumentAt
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text[(end + 1)..]), Encoding.UTF8.GetBytes(SignatureOf(person, text[..end])))
            || !long.TryParse(text.AsSpan((minuteAt + 1)..end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var minute))
        {
            return false;
        }

        (dialogue, argument) = (text[..argumentAt], text[(argumentAt + 1)..minuteAt]);
        expired = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMinutes > minute;
        return true;
    }

    private string SignatureOf(string person, string data)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{person}|{data}"), hash);
        return Base64Url.EncodeToString(hash[..SignatureBytes]);
    }
}

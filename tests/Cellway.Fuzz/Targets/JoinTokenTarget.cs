using System.Text;
using Cellway.Pki.Requesting;

namespace Cellway.Fuzz.Targets;

internal static class JoinTokenTarget
{
    public static void Check(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        var isToken = JoinToken.TryParse(text, out var token, out var fault);
        FuzzException.ThrowUnless(isToken == fault is JoinTokenFault.None && isToken == token is not null, "a fault goes with no token");
        FuzzException.ThrowUnless(token is null || token.Reveal() == text, "a token has more than one text");
    }
}

using System.Globalization;
using Cellway.Manager.Subscriptions.Formats;

namespace Cellway.Manager.Subscriptions.Choice;

/// <summary>Versions that get something else.</summary>
/// <param name="Behind">The text that the version stands behind, anywhere in the User-Agent; without it the app is taken for a new one.</param>
/// <param name="Below">The first version that gets what the app's row says.</param>
/// <param name="Format">What those below get.</param>
internal sealed record VersionRule(string Behind, Version Below, SubscriptionFormat Format)
{
    public bool AppliesTo(string userAgent) => VersionIn(userAgent, Behind) is { } version && version < Below;

    /// <summary>The first two or three numbers behind a text; <see langword="null"/> when there are none.</summary>
    public static Version? VersionIn(ReadOnlySpan<char> userAgent, string behind)
    {
        var at = userAgent.IndexOf(behind, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var text = userAgent[(at + behind.Length)..].TrimStart("/vV ");
        Span<int> numbers = [0, 0, 0];
        var count = 0;
        while (count < numbers.Length)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            digits = digits < 0 ? text.Length : digits;
            if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count]))
            {
                break;
            }

            count++;
            if (digits == text.Length || text[digits] != '.')
            {
                break;
            }

            text = text[(digits + 1)..];
        }

        return count == 0 ? null : new(numbers[0], numbers[1], numbers[2]);
    }
}

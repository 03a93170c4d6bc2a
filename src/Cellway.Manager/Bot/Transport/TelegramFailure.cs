using System.Text.Json;
using System.Text.RegularExpressions;
using Telegram.Bot.Exceptions;

namespace Cellway.Manager.Bot.Transport;

/// <summary>What a failed call to Telegram means.</summary>
internal readonly partial record struct TelegramFailure(int Code, string Reason, TimeSpan? RetryAfter)
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(15);

    public bool IsTokenRefused => Code is 401 or 404; // 404: the token is not even the form of one

    public bool IsConflict => Code == 409;

    public bool IsGone => Code == 403 || (Code == 400 && (Reason.Contains("chat not found", StringComparison.OrdinalIgnoreCase) || Reason.Contains("user is deactivated", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A message is already what it was to become.</summary>
    public bool IsUnchanged => Code == 400 && Reason.Contains("message is not modified", StringComparison.OrdinalIgnoreCase);

    public bool IsFinal => Code is >= 400 and < 500 and not 429 and not 408;

    /// <summary>
    /// Never the exception's own text when it is not Telegram's: it may name the URL, and the token is in that. And nothing that Telegram quotes:
    /// it may be what somebody wrote, or the link below a button.
    /// </summary>
    public static TelegramFailure Of(Exception e) => e switch
    {
        ApiRequestException { ErrorCode: 429 } slow => new(429, Unquoted(slow.Message), Shortened(slow.Parameters?.RetryAfter)),
        ApiRequestException answered => new(answered.ErrorCode, Unquoted(answered.Message), null),
        RequestException { HttpStatusCode: { } status } => new((int)status, $"HTTP {(int)status}", null),
        RequestException { InnerException: HttpRequestException { HttpRequestError: var error } } => new(0, error.ToString(), null),
        RequestException { InnerException: { } inner } => new(0, inner.GetType().Name, null),
        HttpRequestException { StatusCode: { } status } => new((int)status, $"HTTP {(int)status}", null),
        HttpRequestException http => new(0, http.HttpRequestError.ToString(), null),
        _ => new(0, e.GetType().Name, null),
    };

    /// <summary>Whether the answer came and could not be read.</summary>
    public static bool IsUnreadable(Exception e) => e is JsonException || e.InnerException is JsonException or NotSupportedException or InvalidOperationException;

    /// <summary>Whether it is one of those that calls to Telegram end with.</summary>
    public static bool Is(Exception e) => e is RequestException or HttpRequestException or JsonException;

    private static TimeSpan Shortened(int? seconds) => seconds is { } s and > 0 ? TimeSpan.FromSeconds(Math.Min(s, MaxRetryAfter.TotalSeconds)) : TimeSpan.FromSeconds(1);

    private static string Unquoted(string reason) => Quotation().Replace(reason, " …");

    [GeneratedRegex(@"\s*(?<!\w)[""'“`].*|\s*\S*://.*", RegexOptions.Singleline)]
    private static partial Regex Quotation();
}

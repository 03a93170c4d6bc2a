using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cellway.Manager.Bot.Talking;
using Telegram.Bot;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace Cellway.Manager.Bot.Transport;

/// <summary>Telegram, as the bot uses it. A failure of it is a value: nothing here throws but for cancellation.</summary>
internal sealed class TelegramApi : IDisposable
{
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(15);
    private static readonly UpdateType[] Wanted = [UpdateType.Message, UpdateType.CallbackQuery];

    private readonly HttpClient _http;
    private readonly TelegramBotClient _client;
    private readonly string _base;
    private readonly BotOptions _options;
    private readonly TimeProvider _time;
    private readonly BotLog _log;

    public TelegramApi(BotOptions options, SendPace pace, TimeProvider time, BotLog log)
    {
        _http = new(new SocketsHttpHandler
        {
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed address is noticed
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        var client = new TelegramBotClientOptions(options.Token, options.ApiUrl.GetLeftPart(UriPartial.Authority)) { RetryThreshold = 0 }; // waiting is done here
        _base = client.BaseRequestUrl;
        _client = new(client, _http, CancellationToken.None);
        _client.Timeout = Timeout.InfiniteTimeSpan;
        _options = options;
        _time = time;
        _log = log;
        Pace = pace;
    }

    public SendPace Pace { get; }

    /// <summary>The bot's name, once Telegram has told it.</summary>
    public string? Name { get; private set; }

    public void Dispose() => _http.Dispose();

    /// <returns>What went wrong; <see langword="null"/>: Telegram knows the token.</returns>
    public async Task<TelegramFailure?> BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(SendWithin, cancellationToken);
            Name = (await _client.GetMe(limit.Token)).Username;
            await _client.DeleteWebhook(dropPendingUpdates: false, cancellationToken: limit.Token);
            return null;
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return TelegramFailure.Of(e);
        }
    }

    /// <returns>Updates from <paramref name="offset"/> on, and those before it are forgotten by Telegram; or what went wrong.</returns>
    public async Task<(IReadOnlyList<Update> Updates, TelegramFailure? Failure)> PollAsync(int offset, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(_options.PollFor + SendWithin, cancellationToken);
            return (await _client.GetUpdates(offset, limit: 100, timeout: (int)_options.PollFor.TotalSeconds, allowedUpdates: Wanted, cancellationToken: limit.Token), null);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken) && !TelegramFailure.IsUnreadable(e))
        {
            return ([], TelegramFailure.Of(e));
        }
        catch (Exception e) when (TelegramFailure.IsUnreadable(e))
        {
            return await PollOneAsync(offset, cancellationToken);
        }
    }

    /// <summary>Sends a message, as often as it takes.</summary>
    public Task<SendResult> SendAsync(long chat, Reply reply, CallbackSigner signer, string person, CancellationToken cancellationToken)
    {
        var keyboard = Keyboards.Of(reply, signer, person);
        return RetryAsync(
            token => reply.Photo is null
                ? _client.SendMessage(chat, reply.Html, ParseMode.Html, replyMarkup: keyboard, linkPreviewOptions: LinkPreviewOptions.Disabled, cancellationToken: token)
                : _client.SendPhoto(chat, InputFile.FromStream(new MemoryStream(reply.Photo), "qr.png"), reply.Html, ParseMode.Html, replyMarkup: keyboard, cancellationToken: token),
            cancellationToken);
    }

    /// <summary>Puts another text in the place of a message's.</summary>
    public Task<SendResult> EditAsync(long chat, int message, Reply reply, CallbackSigner signer, string person, CancellationToken cancellationToken) => RetryAsync(
        token => _client.EditMessageText(chat, message, reply.Html, ParseMode.Html, replyMarkup: Keyboards.Of(reply, signer, person), linkPreviewOptions: LinkPreviewOptions.Disabled, cancellationToken: token),
        cancellationToken);

    /// <summary>Ends the waiting of a button, once: it is not worth more.</summary>
    public async Task AcknowledgeAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(SendWithin, cancellationToken);
            await _client.AnswerCallbackQuery(query, cancellationToken: limit.Token);
        }
        catch (Exception e) when (TelegramFailure.Is(e) || e is OperationCanceledException)
        {
            // It stops waiting by itself.
        }
    }

    private async Task<SendResult> RetryAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await Pace.WaitOutPauseAsync(cancellationToken);
                using var limit = Limit(SendWithin, cancellationToken);
                await send(limit.Token);
                return SendResult.Sent;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return SendResult.Unknown;
            }
            catch (Exception e) when (IsFailure(e, cancellationToken))
            {
                if (TelegramFailure.Of(e) is var failure && failure.IsFinal)
                {
                    if (failure.Reason.Contains("message is not modified", StringComparison.OrdinalIgnoreCase))
                    {
                        return SendResult.Sent;
                    }

                    _log.Refused(failure.Code, failure.Reason);
                    return failure.IsGone ? SendResult.Gone : SendResult.Refused;
                }

                if (failure.RetryAfter is { } wait)
                {
                    _log.Slowed(wait);
                    Pace.Pause(wait);
                }
                else
                {
                    await Task.Delay(Backoff.After(failures), _time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
        }
    }

    // One update that is none would hold up all that come after it.
    private async Task<(IReadOnlyList<Update>, TelegramFailure?)> PollOneAsync(int offset, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = Limit(SendWithin, cancellationToken);
            using var answer = await _http.PostAsJsonAsync(new Uri($"{_base}/getUpdates"), new Dictionary<string, int> { ["offset"] = offset, ["limit"] = 1 }, PollJson.Default.DictionaryStringInt32, limit.Token);
            using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(limit.Token), cancellationToken: limit.Token);
            if (document.RootElement.GetProperty("result").EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } element)
            {
                return ([], null);
            }

            try
            {
                return ([element.Deserialize<Update>(JsonBotAPI.Options)!], null);
            }
            catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
            {
                _log.Malformed();
                return ([new() { Id = element.GetProperty("update_id").GetInt32() }], null);
            }
        }
        catch (Exception e) when (IsFailure(e, cancellationToken) || e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ([], TelegramFailure.Of(e));
        }
    }

    private static CancellationTokenSource Limit(TimeSpan within, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within); // of the machine's own clock: it is the network that is waited for
        return limit;
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        TelegramFailure.Is(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

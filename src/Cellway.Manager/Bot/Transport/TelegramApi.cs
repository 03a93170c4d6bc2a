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
    private const int MaxFailures = 10; // of one message, while Telegram takes others: it is the message that it fails at
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(15);
    private static readonly UpdateType[] Wanted = [UpdateType.Message, UpdateType.CallbackQuery];

    private readonly HttpClient _http;
    private readonly TelegramBotClient _client;
    private readonly string _base;
    private readonly BotOptions _options;
    private readonly TimeProvider _time;
    private readonly BotLog _log;
    private int _taken;

    public TelegramApi(BotOptions options, SendPace pace, TimeProvider time, BotLog log)
    {
        _http = new(new SocketsHttpHandler
        {
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : ProxyAt(options.Proxy),
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

    /// <summary>Sends an answer to whoever has just asked, as often as it takes.</summary>
    public Task<SendResult> AnswerAsync(long chat, Reply reply, CallbackSigner signer, string person, CancellationToken end) =>
        RetryAsync(() => NoteAsync(person, end), Sending(chat, reply, signer, person), end, end);

    /// <summary>Puts another text in the place of a message's, as an answer.</summary>
    public Task<SendResult> EditAsync(long chat, int message, Reply reply, CallbackSigner signer, string person, CancellationToken end) => RetryAsync(
        () => NoteAsync(person, end),
        token => _client.EditMessageText(chat, message, reply.Html, ParseMode.Html, replyMarkup: Keyboards.Of(reply, signer, person), linkPreviewOptions: LinkPreviewOptions.Disabled, cancellationToken: token),
        end,
        end);

    /// <summary>Sends what nobody has asked for, within the allowance, as often as it takes.</summary>
    /// <param name="chat">To whom.</param>
    /// <param name="reply">What.</param>
    /// <param name="signer">Signs its buttons.</param>
    /// <param name="person">For whom.</param>
    /// <param name="enter">Waits for a place in the allowance, before each try.</param>
    /// <param name="begin">It is not sent any more when it was not begun.</param>
    /// <param name="end">What was begun is given up.</param>
    public Task<SendResult> PushAsync(long chat, Reply reply, CallbackSigner signer, string person, Func<Task<SendPlace>> enter, CancellationToken begin, CancellationToken end) =>
        RetryAsync(enter, Sending(chat, reply, signer, person), begin, end);

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

    private Func<CancellationToken, Task> Sending(long chat, Reply reply, CallbackSigner signer, string person)
    {
        var keyboard = Keyboards.Of(reply, signer, person);
        return token => reply.Photo is null
            ? _client.SendMessage(chat, reply.Html, ParseMode.Html, replyMarkup: keyboard, linkPreviewOptions: LinkPreviewOptions.Disabled, cancellationToken: token)
            : _client.SendPhoto(chat, InputFile.FromStream(new MemoryStream(reply.Photo), "qr.png"), reply.Html, ParseMode.Html, replyMarkup: keyboard, cancellationToken: token);
    }

    private async Task<SendPlace> NoteAsync(string person, CancellationToken cancellationToken)
    {
        await Pace.WaitOutPauseAsync(cancellationToken);
        return Pace.Note(person);
    }

    private async Task<SendResult> RetryAsync(Func<Task<SendPlace>> enter, Func<CancellationToken, Task> send, CancellationToken begin, CancellationToken end)
    {
        var taken = Volatile.Read(ref _taken);
        for (var failures = 0; ; failures++)
        {
            try
            {
                await SendOnceAsync(enter, send, end);
                return SendResult.Sent;
            }
            catch (OperationCanceledException) when (begin.IsCancellationRequested || end.IsCancellationRequested)
            {
                return SendResult.Unknown;
            }
            catch (Exception e) when (IsFailure(e, end))
            {
                var failure = TelegramFailure.Of(e);
                if (failure.IsUnchanged)
                {
                    return SendResult.Sent;
                }

                if (failure.IsFinal || (failures >= MaxFailures && Volatile.Read(ref _taken) - taken > MaxFailures))
                {
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
                    await Task.Delay(Backoff.After(failures), _time, begin).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
        }
    }

    private async Task SendOnceAsync(Func<Task<SendPlace>> enter, Func<CancellationToken, Task> send, CancellationToken end)
    {
        using var place = await enter();
        using var limit = Limit(SendWithin, end);
        await send(limit.Token);
        place.Answered();
        Interlocked.Increment(ref _taken);
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

    // The platform takes no password from a proxy's address.
    internal static WebProxy ProxyAt(Uri address) => new(new Uri(address.GetLeftPart(UriPartial.Scheme) + address.Authority))
    {
        Credentials = address.UserInfo.Split(':', 2) is [var name, var password] ? new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password)) : null,
    };

    private static CancellationTokenSource Limit(TimeSpan within, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within); // of the machine's own clock: it is the network that is waited for
        return limit;
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        TelegramFailure.Is(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

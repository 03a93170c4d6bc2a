using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cellway.Testing.Telegram;

/// <summary>
/// An HTTP server that speaks the Bot API (core.telegram.org/bots/api), as much of it as the bot uses, over a real socket: long polling
/// with offsets and one poller at a time, messages, pictures, edits, buttons, and Telegram's own refusals of what is malformed.
/// </summary>
public sealed class FakeTelegram : IAsyncDisposable
{
    public const string Token = "4242:AAFakeTokenOfTheFakeBotApiServer000";
    public const string Name = "cellway_test_bot";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _updates = [];
    private readonly List<JsonObject> _allUpdates = [];
    private readonly Dictionary<long, List<FakeMessage>> _chats = [];
    private readonly HashSet<string> _queries = new(StringComparer.Ordinal);
    private readonly List<FakeFault> _faults = [];
    private TaskCompletionSource _changed = NewSource();
    private CancellationTokenSource _poller = new();
    private int _nextUpdate = 1000;
    private int _nextMessage = 1;

    private FakeTelegram(WebApplication app) => _app = app;

    /// <summary>Its root, for the bot's options.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Chats whose owner has blocked the bot.</summary>
    public ConcurrentDictionary<long, bool> Blocked { get; } = new();

    /// <summary>Chats that it fails to write to.</summary>
    public ConcurrentDictionary<long, bool> Broken { get; } = new();

    /// <summary>Whether it takes no buttons with links.</summary>
    public bool RefusesLinks { get; set; }

    /// <summary>Everything the bot has sent, in order; an edit is there again.</summary>
    public ConcurrentQueue<FakeMessage> Sent { get; } = new();

    /// <summary>When each of them was taken, by the stopwatch of this machine.</summary>
    public ConcurrentQueue<long> SentAt { get; } = new();

    /// <summary>The addresses that calls came from.</summary>
    public ConcurrentDictionary<IPAddress, bool> Callers { get; } = new();

    /// <summary>Calls of each method.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>Updates the bot has not asked beyond.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _updates.Count;
            }
        }
    }

    /// <param name="certificate">Its certificate; <see langword="null"/>: it speaks plain HTTP.</param>
    public static async Task<FakeTelegram> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var telegram = new FakeTelegram(app);
        app.Run(telegram.AnswerAsync);
        await app.StartAsync();
        telegram.Url = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return telegram;
    }

    /// <summary>A person writes.</summary>
    /// <returns>The update's id.</returns>
    public int Write(long person, string? text, string language = "ru") => Add(TelegramObjects.Written(person, Interlocked.Increment(ref _nextMessage), text, language));

    /// <summary>A person presses a button of the newest message that has it.</summary>
    /// <exception cref="InvalidOperationException">No message of theirs has such a button.</exception>
    public int Press(long person, string label, string language = "ru")
    {
        FakeMessage message;
        lock (_lock)
        {
            message = _chats.GetValueOrDefault(person, []).LastOrDefault(m => m.Button(label)?.Data is not null)
                ?? throw new InvalidOperationException($"No message to {person} has a button “{label}”.");
        }

        return PressData(person, message, message.Button(label)!.Data!, language);
    }

    /// <summary>A person presses something that need not be a button of theirs.</summary>
    public int PressData(long person, FakeMessage message, string data, string language = "ru")
    {
        var query = Guid.NewGuid().ToString("N");
        FakeMessage shown;
        lock (_lock)
        {
            _queries.Add(query);
            shown = _chats.GetValueOrDefault(person, []).Find(m => m.Id == message.Id) ?? message;
        }

        return Add(TelegramObjects.Pressed(person, query, shown, data, language));
    }

    /// <summary>An update as a test makes it; its id is added.</summary>
    public int Add(JsonObject update)
    {
        lock (_lock)
        {
            update["update_id"] = ++_nextUpdate;
            _updates.Add(update);
            _allUpdates.Add(update);
            Change();
            return _nextUpdate;
        }
    }

    /// <summary>Everything that was ever asked beyond is there again, as if no such question had come.</summary>
    public void Replay()
    {
        lock (_lock)
        {
            _updates.Clear();
            _updates.AddRange(_allUpdates);
            Change();
        }
    }

    /// <summary>The next calls fail, one for each.</summary>
    public void Fail(params IEnumerable<FakeFault> faults)
    {
        lock (_lock)
        {
            _faults.AddRange(faults);
        }
    }

    /// <summary>What a chat shows now.</summary>
    public IReadOnlyList<FakeMessage> ChatWith(long person)
    {
        lock (_lock)
        {
            return [.. _chats.GetValueOrDefault(person, [])];
        }
    }

    /// <summary>Everything that was sent to a person, edits too.</summary>
    public IReadOnlyList<FakeMessage> SentTo(long person) => [.. Sent.Where(m => m.Chat == person)];

    /// <summary>Waits until something holds that a call may have changed.</summary>
    /// <exception cref="TimeoutException">It does not, for a minute.</exception>
    public async Task UntilAsync(Func<bool> holds, string what, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (holds())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{what}: it was not so for {Patience}. The last messages: {string.Join(" | ", Sent.TakeLast(5).Select(m => $"{m.Chat}: {m.Plain}"))}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _poller.CancelAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        _poller.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the lock.
    private void Change()
    {
        _changed.TrySetResult();
        _changed = NewSource();
    }

    // No routing: a token has a colon in it.
    private async Task AnswerAsync(HttpContext context)
    {
        var parts = (context.Request.Path.Value ?? "").Split('/');
        var (token, method) = parts is ["", ['b', 'o', 't', .. var t], var m] ? (t, m) : ("", "");
        Calls.AddOrUpdate(method, 1, (_, n) => n + 1);
        Callers[context.Connection.RemoteIpAddress!] = true;
        var (status, answer) = token == Token ? await CallAsync(context, method) : BotAnswer.Refuse(401, "Unauthorized");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private async Task<(int, JsonObject)> CallAsync(HttpContext context, string method)
    {
        var call = await BotCall.ReadAsync(context.Request);
        if (FaultOf(method) is { } fault)
        {
            if (fault.AfterTaking)
            {
                Take(method, call);
            }

            if (fault.Unanswered)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }

            var refusal = BotAnswer.Refuse(fault.Status, fault.Description);
            if (fault.RetryAfter is { } seconds)
            {
                refusal.Answer["parameters"] = new JsonObject { ["retry_after"] = seconds };
            }

            return refusal;
        }

        return method == "getUpdates" ? await PollAsync(call, context.RequestAborted) : Take(method, call);
    }

    private FakeFault? FaultOf(string method)
    {
        lock (_lock)
        {
            var at = _faults.FindIndex(f => f.Method == method || (f.Method is null && method != "getUpdates"));
            if (at < 0)
            {
                return null;
            }

            var fault = _faults[at];
            _faults.RemoveAt(at);
            return fault;
        }
    }

    private async Task<(int, JsonObject)> PollAsync(BotCall call, CancellationToken gone)
    {
        CancellationTokenSource mine;
        lock (_lock)
        {
            _poller.Cancel(); // "terminated by other getUpdates request"
            mine = _poller = new();
            _updates.RemoveAll(u => u["update_id"]!.GetValue<int>() < call.Number("offset"));
            Change();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(mine.Token, gone);
        limit.CancelAfter(TimeSpan.FromSeconds(call.Number("timeout")));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_updates.Count > 0)
                {
                    return BotAnswer.Accept(new JsonArray([.. _updates.Take((int)(call.Number("limit") is > 0 and var n ? n : 100)).Select(u => u.DeepClone())]));
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return mine.IsCancellationRequested ? BotAnswer.Refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running") : BotAnswer.Accept(new JsonArray());
            }
        }
    }

    private (int Status, JsonObject Answer) Take(string method, BotCall call)
    {
        lock (_lock)
        {
            var answer = method switch
            {
                "getMe" => BotAnswer.Accept(TelegramObjects.Bot()),
                "deleteWebhook" or "setMyCommands" => BotAnswer.Accept(true),
                "sendMessage" or "sendPhoto" => Send(call, method == "sendPhoto"),
                "editMessageText" => Edit(call),
                "answerCallbackQuery" => _queries.Remove(call.Text("callback_query_id") ?? "") ? BotAnswer.Accept(true) : BotAnswer.Refuse(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
                _ => BotAnswer.Refuse(404, "Not Found"),
            };
            Change();
            return answer;
        }
    }

    private (int, JsonObject) Send(BotCall call, bool photo)
    {
        var chat = call.Number("chat_id");
        var text = call.Text(photo ? "caption" : "text") ?? "";
        if (chat <= 0)
        {
            return BotAnswer.Refuse(400, "Bad Request: chat not found");
        }

        if (Blocked.ContainsKey(chat))
        {
            return BotAnswer.Refuse(403, "Forbidden: bot was blocked by the user");
        }

        if (Broken.ContainsKey(chat))
        {
            return BotAnswer.Refuse(500, "Internal Server Error");
        }

        if ((call.FaultOf(text, photo) ?? (RefusesLinks ? call.FaultOfLinks() : null)) is { } fault)
        {
            return BotAnswer.Refuse(400, $"Bad Request: {fault}");
        }

        var message = new FakeMessage(chat, Interlocked.Increment(ref _nextMessage), text, call.Buttons, photo ? call.Photo : null, Edited: false);
        if (!_chats.TryGetValue(chat, out var messages))
        {
            _chats[chat] = messages = [];
        }

        messages.Add(message);
        Show(message);
        return BotAnswer.Accept(TelegramObjects.Shown(message));
    }

    // Under the lock, so that both stay in step.
    private void Show(FakeMessage message)
    {
        Sent.Enqueue(message);
        SentAt.Enqueue(System.Diagnostics.Stopwatch.GetTimestamp());
    }

    private (int, JsonObject) Edit(BotCall call)
    {
        var messages = _chats.GetValueOrDefault(call.Number("chat_id"), []);
        var at = messages.FindIndex(m => m.Id == call.Number("message_id"));
        var text = call.Text("text") ?? "";
        if (at < 0 || messages[at].Photo is not null)
        {
            return BotAnswer.Refuse(400, at < 0 ? "Bad Request: message to edit not found" : "Bad Request: there is no text in the message to edit");
        }

        if (call.FaultOf(text, caption: false) is { } fault)
        {
            return BotAnswer.Refuse(400, $"Bad Request: {fault}");
        }

        var edited = messages[at] with { Text = text, Buttons = call.Buttons, Edited = true };
        if (edited.Text == messages[at].Text && edited.Buttons.SelectMany(r => r).SequenceEqual(messages[at].Buttons.SelectMany(r => r)))
        {
            return BotAnswer.Refuse(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same");
        }

        messages[at] = edited;
        Show(edited);
        return BotAnswer.Accept(TelegramObjects.Shown(edited));
    }
}

using Cellway.Manager.Bot;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Testing.Telegram;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Bot;

public sealed class TelegramApiTests : IAsyncLifetime
{
    private const long Somebody = 1001;
    private const long Others = 2001;

    private readonly FakeTimeProvider _time = new();
    private readonly CallbackSigner _signer;
    private FakeTelegram _telegram = null!;
    private TelegramApi _api = null!;

    public TelegramApiTests() => _signer = new(new byte[32], _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _telegram = await FakeTelegram.StartAsync();
        _api = new(new() { Token = FakeTelegram.Token, ApiUrl = _telegram.Url }, new(10_000, _time), _time, new(NullLogger<BotLog>.Instance));
        _telegram.Broken[Somebody] = true;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _telegram.DisposeAsync();
    }

    [Fact]
    public async Task Push_TelegramFailsAtItAndTakesOthers_GivenUp()
    {
        var push = Push();
        for (var other = Others; !push.IsCompleted; other++)
        {
            await PassAsync();
            await _api.AnswerAsync(other, new("to others"), _signer, $"{other}", Token);
        }

        Assert.Equal(SendResult.Refused, await push);
        Assert.True(_telegram.Calls["sendMessage"] > 2 * 10);
    }

    [Fact]
    public async Task Push_TelegramFailsAtEverything_TriedUntilItIsTaken()
    {
        var push = Push();
        for (var tries = 0; tries < 30; tries++)
        {
            await PassAsync();
        }

        Assert.False(push.IsCompleted);
        _telegram.Broken.Clear();
        while (!push.IsCompleted)
        {
            await PassAsync();
        }

        Assert.Equal(SendResult.Sent, await push);
        Assert.Single(_telegram.Sent);
    }

    private Task<SendResult> Push() => _api.PushAsync(Somebody, new("to somebody"), _signer, "somebody", () => _api.Pace.WaitAsync("somebody", Token), Token, Token);

    // A minute of its clock, and what it takes to send over a real socket.
    private async Task PassAsync()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
    }
}

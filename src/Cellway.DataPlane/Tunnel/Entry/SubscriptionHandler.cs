using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.Model.Devices;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Answers <c>/&lt;path&gt;/&lt;token&gt;</c> through management, and everything that does not exist in the same time.</summary>
internal sealed class SubscriptionHandler : IDisposable
{
    // So that there is always a recent lookup to imitate, from the first request on.
    private static readonly TimeSpan s_measureEvery = TimeSpan.FromSeconds(30);

    // Of the relayed response, what the web server itself says.
    private static readonly HashSet<string> s_own = new(StringComparer.OrdinalIgnoreCase)
    {
        "server", "date", "content-length", "content-encoding", "connection", "transfer-encoding", "keep-alive", "upgrade",
    };

    private readonly ISubscriptionRelay _relay;
    private readonly TimeProvider _time;
    private readonly AddressPace _addresses;
    private readonly MissingPagePace _missing;
    private readonly ServedTokens _served = new();
    private readonly ITimer _measure;

    public SubscriptionHandler(ISubscriptionRelay relay, TimeProvider time)
    {
        (_relay, _time, _addresses, _missing) = (relay, time, new(time), new(time));
        _measure = time.CreateTimer(static handler => _ = ((SubscriptionHandler)handler!).MeasureAsync(), this, TimeSpan.Zero, s_measureEvery);
    }

    /// <summary>The answer to a request, if it is a subscription of somebody; what <paramref name="site"/> says if not.</summary>
    public async ValueTask<CoverAnswer> AnswerAsync(
        CoverRequest request, EntrySnapshot snapshot, Func<CoverRequest, CoverAnswer> site, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        TimeSpan? lookup = null;
        if (SubscriptionTarget.Of(request, snapshot) is { } target && _addresses.TryTake(request.From))
        {
            var response = await _relay.FetchAsync(FetchOf(request, target), cancellationToken);
            if (response is not null && AnswerOf(request, target, response) is { } found)
            {
                return found;
            }

            if (response is null)
            {
                _served.Remove(target.Token);
                lookup = _time.GetElapsedTime(since);
                _missing.Note(lookup.Value);
            }
        }

        var answer = site(request);
        if (answer.Status == HttpStatusCode.NotFound && request.Method is "GET" or "HEAD")
        {
            await _missing.WaitAsync(since, lookup, cancellationToken);
        }

        return answer;
    }

    public void Dispose() => _measure.Dispose();

    private static SubscriptionFetch FetchOf(CoverRequest request, SubscriptionTarget target) => new()
    {
        Token = target.Token,
        Suffix = target.Suffix,
        Host = request.Host,
        Query = target.Query,
        Method = request.Method,
        Headers = request.Headers.Where(h => h.Key != "cookie").GroupBy(h => h.Key).ToDictionary(h => h.Key, h => string.Join(",", h.Select(v => v.Value))),
    };

    /// <returns><see langword="null"/> when management could not be asked, and the client may be a stranger.</returns>
    private CoverAnswer? AnswerOf(CoverRequest request, SubscriptionTarget target, SubscriptionResponse response)
    {
        if (ReferenceEquals(response, SubscriptionResponse.Unavailable))
        {
            return _served.Contains(target.Token)
                ? ErrorPage.Of(HttpStatusCode.BadGateway, Http1Reason.None, ErrorPage.IsPaddedFor(request.UserAgent))
                : null;
        }

        _served.Add(target.Token);
        IEnumerable<KeyValuePair<string, string>> headers = response.Headers.Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), h.Value)).Where(h => !s_own.Contains(h.Key));
        if (SubscriptionBody.NameOf(response.Coding) is { } coding)
        {
            headers = headers.Append(new("content-encoding", coding));
        }

        return new((HttpStatusCode)response.Status, [.. headers], SubscriptionBody.Encode(response.Coding, response.Body));
    }

    /// <summary>Asks for what nobody has, to learn how long that takes.</summary>
    private async Task MeasureAsync()
    {
        try
        {
            var since = _time.GetTimestamp();
            var response = await _relay.FetchAsync(
                new() { Token = SubscriptionToken.New().Reveal(), Host = "", Query = "", Method = "GET", Headers = new Dictionary<string, string>() }, CancellationToken.None);
            if (response is null)
            {
                _missing.Note(_time.GetElapsedTime(since));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Not attached yet, or stopping: the next time.
        }
    }
}

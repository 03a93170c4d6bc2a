namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Offers one tunnel to the Cores of its device, best first, until one takes it.</summary>
internal sealed class RouteSearch(EntryTunnels tunnels, EntryOpening opening, Preamble preamble)
{
    private const int MaxTriesPerRoute = 3;

    // A Core that a device has just been given to, or lent, may hear of it a moment after this Entry has.
    private static readonly TimeSpan[] s_pauses = [.. new[] { 0.1, 0.2, 0.4, 0.8, 1.5 }.Select(TimeSpan.FromSeconds)];

    private bool _refused; // a Core has answered that it does not know the route

    /// <summary>Runs to the end. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            var lease = await tunnels.Routes.AcquireAsync(preamble.Credential, CancellationToken.None);
            if (lease is null)
            {
                opening.Refuse();
            }
            else if (!tunnels.Addresses.TryEnter(preamble.Credential, opening.From, lease.MaxAddresses, out var leave))
            {
                lease.Dispose();
                opening.Refuse();
            }
            else if (Hold(lease, leave) && !await TryAllAsync(lease.Routes) && !await TryAgainAsync())
            {
                tunnels.Routes.Doubt(preamble.Credential); // the next attempt asks management again
                opening.Refuse();
            }
        }
        catch (Exception e)
        {
            EntryLog.Unexpected(tunnels.Logger, e);
            opening.Abandon();
        }
    }

    private static string NameOf(OpenOutcome outcome) => outcome switch
    {
        OpenOutcome.Taken => "ok",
        OpenOutcome.Refused => "refused",
        OpenOutcome.Lost => "lost",
        OpenOutcome.Unreachable => "unreachable",
        OpenOutcome.Postponed => "postponed",
        OpenOutcome.Nameless => "nameless",
        OpenOutcome.TimedOut => "timeout",
        _ => "abandoned",
    };

    private bool Hold(RouteLease lease, Action? leave)
    {
        lease.AlsoRelease(leave);
        return opening.Hold(lease);
    }

    private async Task<bool> TryAgainAsync()
    {
        foreach (var pause in s_pauses.TakeWhile(_ => _refused))
        {
            _refused = false;
            tunnels.Routes.Doubt(preamble.Credential); // or its Cores are others by now
            await Task.Delay(pause, tunnels.Time);
            using var fresh = await tunnels.Routes.AcquireAsync(preamble.Credential, CancellationToken.None);
            if (fresh is not null && await TryAllAsync(fresh.Routes))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryAllAsync(IReadOnlyList<CoreRoute> routes)
    {
        List<CoreRoute>? postponed = null;
        foreach (var route in tunnels.Reach.BestFirst(routes))
        {
            switch (await TryOneAsync(route, mayWait: routes.Count == 1))
            {
                case OpenOutcome.Taken or OpenOutcome.Abandoned: return true;
                case OpenOutcome.Postponed: (postponed ??= []).Add(route); break;
            }
        }

        foreach (var route in postponed ?? []) // no other Core has taken it
        {
            if (await TryOneAsync(route, mayWait: true) is OpenOutcome.Taken or OpenOutcome.Abandoned)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<OpenOutcome> TryOneAsync(CoreRoute route, bool mayWait)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = tunnels.Time.GetTimestamp();
            var outcome = await TryAsync(route, mayWait);
            tunnels.Metrics.Opened(tunnels.Time.GetElapsedTime(started), NameOf(outcome));
            switch (outcome)
            {
                case OpenOutcome.Taken:
                    tunnels.Reach.Taken(route);
                    return outcome;
                case OpenOutcome.Abandoned or OpenOutcome.Postponed:
                    return outcome;
                case OpenOutcome.Refused:
                    _refused = true;
                    break;
                case OpenOutcome.Lost or OpenOutcome.Unreachable:
                    tunnels.Reach.Doubt(route);
                    break;
            }

            if (outcome != OpenOutcome.Lost || attempt == MaxTriesPerRoute || tunnels.Reach.CarriesNothing(route))
            {
                EntryLog.CoreNotOpened(tunnels.Logger, route.CoreId, NameOf(outcome));
                return outcome;
            }
        }
    }

    private async ValueTask<OpenOutcome> TryAsync(CoreRoute route, bool mayWait)
    {
        var pool = tunnels.Cores.Get(route);
        while (true)
        {
            if (tunnels.CoreNameOf(route) is not { } name)
            {
                return OpenOutcome.Nameless;
            }

            if (opening.Begin(route, name, pool) is { } answer)
            {
                var outcome = await answer;
                if (outcome is not (OpenOutcome.Taken or OpenOutcome.Abandoned))
                {
                    opening.Stop();
                }

                return outcome;
            }

            if (!mayWait && pool.MustWait)
            {
                return OpenOutcome.Postponed;
            }

            try
            {
                await ConnectAsync(pool, route);
            }
            catch (TimeoutException)
            {
                return OpenOutcome.TimedOut;
            }
            catch (IOException)
            {
                return OpenOutcome.Unreachable;
            }
        }
    }

    private async Task ConnectAsync(CorePool pool, CoreRoute route)
    {
        var reach = tunnels.Options.Reach;
        if (tunnels.Reach.CarriesNothing(route))
        {
            await pool.ConnectAsync(reach.DoubtAfter, CancellationToken.None); // one last try: who comes again gets what management has by then
            return;
        }

        var doubtAfter = pool.Silence.IsOnNewConnections(reach.AnswerWithin) ? TimeSpan.Zero : reach.DoubtAfter;
        var limit = tunnels.Options.OpenTimeout;
        try
        {
            await pool.ConnectAsync(doubtAfter < limit ? doubtAfter : limit, CancellationToken.None);
        }
        catch (TimeoutException) when (doubtAfter < limit)
        {
            tunnels.Reach.Doubt(route);
            await pool.ConnectAsync(limit - doubtAfter, CancellationToken.None);
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>Connects to destinations: resolves, checks every address, and races the families (RFC 8305).</summary>
internal sealed class Dialer(ExitPolicy policy, IHostResolver resolver, TimeSpan timeout, TimeProvider time)
{
    // RFC 8305: how long IPv4 answers wait for IPv6 ones (section 3), and between two attempts (section 5).
    private static readonly TimeSpan s_resolutionDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_attemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects. Every outcome but the caller's own cancellation is a value.</summary>
    public async Task<DialResult> ConnectAsync(EndPoint destination, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var link = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        try
        {
            return destination switch
            {
                IPEndPoint ip => await ConnectAsync(ip, limit.Token),
                DnsEndPoint dns => await ResolveAndRaceAsync(dns, limit.Token),
                _ => throw new ArgumentException("Neither an address nor a name.", nameof(destination)),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(DialStatus.TimedOut);
        }
    }

    private async Task<DialResult> ConnectAsync(IPEndPoint destination, CancellationToken cancellationToken)
    {
        if (policy.Check(destination.Address, destination.Port) != ExitVerdict.Allowed)
        {
            return new(DialStatus.Denied);
        }

        if (await AttemptAsync(destination, cancellationToken) is { } socket)
        {
            return new(DialStatus.Connected, socket);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new(DialStatus.Failed);
    }

    private async Task<DialResult> ResolveAndRaceAsync(DnsEndPoint destination, CancellationToken cancellationToken)
    {
        var v6 = TryResolveAsync(destination.Host, AddressFamily.InterNetworkV6, cancellationToken);
        var v4 = TryResolveAsync(destination.Host, AddressFamily.InterNetwork, cancellationToken);
        if (await Task.WhenAny(v6, v4) == v4 && (await v4).Length > 0)
        {
            await Task.WhenAny(v6, Task.Delay(s_resolutionDelay, time, cancellationToken));
        }

        // An answer that is late is not lost: it gets its turn when the early one led nowhere.
        var early = v6.IsCompleted && (await v6).Length > 0 && !v4.IsCompleted ? v6 : v6.IsCompleted ? null : v4;
        if (early is not null)
        {
            var result = await RaceAsync(await early, destination.Port, cancellationToken);
            return result.Status == DialStatus.Connected
                ? result
                : Better(result, await RaceAsync(await (early == v6 ? v4 : v6), destination.Port, cancellationToken));
        }

        return await RaceAsync(Interleave(await v6, await v4), destination.Port, cancellationToken);
    }

    private static DialResult Better(DialResult first, DialResult second) =>
        second.Status == DialStatus.Unresolved ? first : second;

    private async Task<IPAddress[]> TryResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveAsync(host, family, cancellationToken);
        }
        catch (SocketException)
        {
            return []; // one family's failure must not spoil the other's answer
        }
    }

    private static List<IPAddress> Interleave(IPAddress[] first, IPAddress[] second)
    {
        var all = new List<IPAddress>(first.Length + second.Length);
        for (var i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            all.AddRange(first.Skip(i).Take(1));
            all.AddRange(second.Skip(i).Take(1));
        }

        return all;
    }

    private async Task<DialResult> RaceAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        if (addresses.Count == 0)
        {
            return new(DialStatus.Unresolved);
        }

        var allowed = addresses.Where(a => policy.Check(a, port) == ExitVerdict.Allowed).ToList();
        if (allowed.Count == 0)
        {
            return new(DialStatus.Denied);
        }

        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket?>>();
        try
        {
            var next = 0;
            while (next < allowed.Count || attempts.Count > 0)
            {
                if (next < allowed.Count)
                {
                    attempts.Add(AttemptAsync(new(allowed[next++], port), losers.Token));
                }

                Task ended = next < allowed.Count
                    ? await Task.WhenAny([.. attempts, Task.Delay(s_attemptDelay, time, losers.Token)])
                    : await Task.WhenAny(attempts);
                cancellationToken.ThrowIfCancellationRequested();
                if (ended is Task<Socket?> attempt)
                {
                    attempts.Remove(attempt);
                    if (await attempt is { } winner)
                    {
                        return new(DialStatus.Connected, winner);
                    }
                }
            }

            return new(DialStatus.Failed);
        }
        finally
        {
            await losers.CancelAsync();
            foreach (var attempt in attempts)
            {
                (await attempt)?.Dispose();
            }
        }
    }

    private static async Task<Socket?> AttemptAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endpoint, cancellationToken);
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket?.Dispose();
            return null;
        }
    }
}

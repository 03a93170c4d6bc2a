using Cellway.Model.Contracts;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What management tells whoever attaches with a stolen certificate.</summary>
internal static class StolenStream
{
    /// <summary>Attaches, takes the first snapshot and leaves.</summary>
    public static async Task<IReadOnlyList<Resource>> ReadAsync(StolenNode node, string endpoint, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var channel = node.Channel(endpoint);
        using var call = new PhoneHome.PhoneHomeClient(channel).Attach(cancellationToken: limit.Token);
        await call.RequestStream.WriteAsync(new() { Hello = new() { SoftwareVersion = "0", Port = (uint)port } }, limit.Token);
        while (await call.ResponseStream.MoveNext(limit.Token))
        {
            if (call.ResponseStream.Current.Update is { } update)
            {
                return [.. update.Set];
            }
        }

        return [];
    }
}

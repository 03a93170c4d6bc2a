using System.Collections.Concurrent;
using Cellway.Cli.Client;

namespace Cellway.Tests.Cli.Client;

/// <summary>Keeps what was said.</summary>
internal sealed class RecordedStatus : IConnectStatus
{
    private readonly ConcurrentQueue<ConnectNotice> _notices = new();

    public IEnumerable<ConnectState> States => _notices.Select(n => n.State);

    public IEnumerable<string> Messages => _notices.Select(n => n.Message);

    public void Report(ConnectNotice notice) => _notices.Enqueue(notice);
}

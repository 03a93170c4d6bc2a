namespace Cellway.Cli.Client;

/// <summary>Writes each notice as a line.</summary>
internal sealed class ConsoleStatus(TextWriter writer) : IConnectStatus
{
    /// <inheritdoc/>
    public void Report(ConnectNotice notice) => writer.WriteLine(notice.Message);
}

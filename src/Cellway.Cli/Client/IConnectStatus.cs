namespace Cellway.Cli.Client;

/// <summary>Tells the person how the connection is doing. Called from any thread; must not block for long.</summary>
internal interface IConnectStatus
{
    /// <summary>Says it.</summary>
    void Report(ConnectNotice notice);
}

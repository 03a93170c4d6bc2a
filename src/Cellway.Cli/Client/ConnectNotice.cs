namespace Cellway.Cli.Client;

/// <summary>Something the person should know.</summary>
/// <param name="State">What it is about.</param>
/// <param name="Message">One line. Never a destination, a token or a credential.</param>
internal sealed record ConnectNotice(ConnectState State, string Message);

namespace Cellway.Cli.Client;

/// <summary>Connecting cannot begin. The message is one line for the person: what is wrong and what to do.</summary>
internal sealed class ConnectException(string message) : Exception(message);

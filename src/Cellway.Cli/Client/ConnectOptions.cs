using System.Net;

namespace Cellway.Cli.Client;

/// <summary>What <see cref="ConnectClient"/> needs to know.</summary>
internal sealed record ConnectOptions
{
    /// <summary>The subscription's URL. Secret.</summary>
    public required string SubscriptionUrl { get; init; }

    /// <summary>A file of roots trusted besides the system's, PEM or DER; for private networks.</summary>
    public string? CaFile { get; init; }

    /// <summary>Where the proxy listens; port 0 for any. Default 127.0.0.1:1080, the registered port of SOCKS.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 1080);

    /// <summary>Whether <see cref="Listen"/> may be an address that other machines reach. Default no: the proxy asks for no password.</summary>
    public bool AllowOthers { get; init; }

    /// <summary>Never the URL: this type must not reach a log by accident.</summary>
    public override string ToString() => "ConnectOptions(…)";
}

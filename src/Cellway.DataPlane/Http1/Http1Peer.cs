using System.Net;

namespace Cellway.DataPlane.Http1;

/// <summary>What is known of a connection before its first request.</summary>
/// <param name="LocalAddress">Our address as text, for redirects of requests that name no host.</param>
/// <param name="Port">Our port.</param>
/// <param name="From">Who connects.</param>
/// <param name="IsPlainOnTls">Whether TLS should have been spoken, and is not.</param>
internal sealed record Http1Peer(string LocalAddress, int Port, IPAddress From, bool IsPlainOnTls = false)
{
    /// <summary>What redirects begin with: nginx names the port it listens on, not the one the client named.</summary>
    public string OriginFor(string? host) => $"https://{(string.IsNullOrEmpty(host) ? LocalAddress : host)}{(Port == 443 ? "" : $":{Port}")}";
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Grpc.Net.Client;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>An Entry that fetches subscriptions, on a connection of its own.</summary>
[SuppressMessage("Security", "CA5359", Justification = "Not what is measured: nodes pin the server, and that is tested where nodes are.")]
internal sealed class AskingEntry : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly PhoneHome.PhoneHomeClient _client;

    public AskingEntry(X509Certificate2 certificate, IPEndPoint server)
    {
        _channel = GrpcChannel.ForAddress($"https://{server}", new()
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new()
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                },
            },
        });
        _client = new(_channel);
    }

    public async Task<SubscriptionReply> FetchAsync(SubscriptionRequest request) => await _client.FetchSubscriptionAsync(request);

    public void Dispose() => _channel.Dispose();
}

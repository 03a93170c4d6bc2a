using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>Whoever has the disk of a node, or the profile of an operator: its key and its certificate.</summary>
internal sealed class StolenNode(string directory, NodeKey key, X509Certificate2 certificate)
{
    public string Directory => directory;

    public NodeKey Key => key;

    public X509Certificate2 Certificate => certificate;

    public Hash256 KeyHash => PublicKeys.KeyHash(certificate);

    /// <summary>Its id: the common name repeats it, for people.</summary>
    public string Id => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    public static StolenNode From(string directory, string name = "node")
    {
        if (!NodeKey.TryLoad(Path.Combine(directory, name + ".key"), out var key))
        {
            throw new CliException($"{directory} has no key to steal.");
        }

        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, name + ".crt"));
        return new(directory, key, key.Attach(certificate));
    }

    /// <summary>The same key with another certificate.</summary>
    public StolenNode With(X509Certificate2 other) => new(directory, key, other);

    public GrpcChannel Channel(string endpoint) => GrpcChannel.ForAddress($"https://{endpoint}", new() { HttpHandler = Handler(), DisposeHttpClient = true });

    /// <summary>What the admin API answers.</summary>
    public async Task<Answer> AskAdminAsync(string endpoint, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(Handler()) { BaseAddress = new($"https://{endpoint}/v1/") };
        return await AskAdminAsync(http, method, path, cancellationToken);
    }

    public static async Task<Answer> AskAdminAsync(HttpClient http, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = method == HttpMethod.Get ? null : new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, cancellationToken);
        var code = (int)answer.StatusCode;
        return code is 401 or 403 ? Answer.Refused($"{code}") : Answer.Got($"{code}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>A certificate for a key, by renewal.</summary>
    public async Task<Answer> RenewAsync(string endpoint, NodeKey forKey, CancellationToken cancellationToken)
    {
        using var channel = Channel(endpoint);
        var credential = await new Enrollment.EnrollmentClient(channel).RenewAsync(
            new RenewRequest { CertificateRequest = ByteString.CopyFrom(forKey.CreateRequest()) }, cancellationToken: cancellationToken);
        return Answer.Got($"a certificate for {credential.Identity}");
    }

    /// <summary>A handler that believes any server and shows this certificate.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "A thief does not care whom he talks to.")]
    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    };
}

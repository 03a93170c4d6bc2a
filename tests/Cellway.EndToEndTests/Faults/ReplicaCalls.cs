using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Model.Contracts;
using Cellway.Testing.Histories;
using Grpc.Core;
using Grpc.Net.Client;
using Span = Cellway.Testing.Histories.Span;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Calls to one replica, each with what its answer means for the history.</summary>
internal sealed class ReplicaCalls(ReplicaProcess replica, X509Certificate2 operatorCertificate, HistoryRecorder recorder) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly HttpClient _admin = new(Handler(operatorCertificate)) { BaseAddress = new($"https://{replica.Admin}/v1/"), Timeout = Patience };
    private readonly GrpcChannel _stranger = Channel(replica, null);

    public ReplicaProcess Replica => replica;

    /// <summary>A change of an operator's. The replica is the run that answered, or both when it was started again meanwhile.</summary>
    public async Task<(Outcome Outcome, Span Span, string Run, JsonElement Answer)> AdminAsync(HttpMethod method, string path, object? body = null)
    {
        var (began, run) = (recorder.Now, replica.Run);
        var (outcome, answer) = await SendAsync(method, path, body);
        return (outcome, new(began, recorder.Now), RunSince(run), answer);
    }

    public async Task<(Outcome Outcome, Span Span, string Run, Credential? Credential)> EnrollAsync(EnrollRequest request)
    {
        var (began, run) = (recorder.Now, replica.Run);
        var (outcome, credential) = (Outcome.Unknown, (Credential?)null);
        try
        {
            credential = await new Enrollment.EnrollmentClient(_stranger).EnrollAsync(request, deadline: Deadline);
            outcome = Outcome.Done;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.PermissionDenied && e.Trailers.Get("cellway-error") is not null)
        {
            outcome = Outcome.Refused;
        }
        catch (RpcException e)
        {
            Excuse(e, "Enroll");
        }

        return (outcome, new(began, recorder.Now), RunSince(run), credential);
    }

    /// <summary>Asks as an Entry for a device's routes.</summary>
    public async Task<(StatusCode? Status, Span Span, string Run)> ResolveAsync(PhoneHome.PhoneHomeClient entry, byte[] credentialHash)
    {
        var (began, run) = (recorder.Now, replica.Run);
        StatusCode? status = null;
        try
        {
            await entry.ResolveAsync(new() { CredentialHash = Google.Protobuf.ByteString.CopyFrom(credentialHash) }, deadline: Deadline);
            status = StatusCode.OK;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            status = e.StatusCode;
        }
        catch (RpcException e)
        {
            Excuse(e, "Resolve");
        }

        return (status, new(began, recorder.Now), RunSince(run));
    }

    /// <summary>A connection as a node.</summary>
    public GrpcChannel Connect(X509Certificate2? node) => Channel(replica, node);

    public void Dispose()
    {
        _admin.Dispose();
        _stranger.Dispose();
    }

    private static DateTime Deadline => TimeProvider.System.GetUtcNow().UtcDateTime + Patience;

    private string RunSince(string run) => run == replica.Run ? run : $"{run} and {replica.Run}";

    private async Task<(Outcome Outcome, JsonElement Answer)> SendAsync(HttpMethod method, string path, object? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _admin.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var answer = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent:
                    return (Outcome.Done, answer);
                case HttpStatusCode.NotFound or HttpStatusCode.Conflict:
                    return (Outcome.Refused, answer);
                case HttpStatusCode.ServiceUnavailable:
                    return (Outcome.Unknown, answer);
                default:
                    recorder.Surprise($"{replica.Run} answered {(int)response.StatusCode} to {method} {path}: {text}");
                    return (Outcome.Unknown, answer);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (Outcome.Unknown, default); // also when no connection was made: the client may have tried twice, and been heard once
        }
    }

    // A replica that is killed, frozen or cut off may end a call in any of these ways; nothing makes it fail inside or turn a good caller away.
    private void Excuse(RpcException e, string call)
    {
        if (e.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal))
        {
            recorder.Surprise($"{replica.Run} answered {e.StatusCode} to {call}: {e.Status.Detail}");
        }
    }

    private static GrpcChannel Channel(ReplicaProcess replica, X509Certificate2? certificate) =>
        GrpcChannel.ForAddress($"https://{replica.Nodes}", new() { HttpHandler = Handler(certificate), DisposeHttpClient = true });

    [SuppressMessage("Security", "CA5359", Justification = "Whether clients pin the server is tested where clients are.")]
    private static SocketsHttpHandler Handler(X509Certificate2? certificate) => new()
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        KeepAlivePingDelay = TimeSpan.FromSeconds(3), // so that a frozen replica is missed
        KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        SslOptions = new()
        {
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        },
    };
}

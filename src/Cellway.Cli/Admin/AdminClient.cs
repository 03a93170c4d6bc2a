using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cellway.Manager.Api;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Cli.Admin;

/// <summary>Talks to the admin API as an operator. Every failure comes out as a <see cref="CliException"/>.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _server;

    public AdminClient(OperatorProfile.Credential credential, string? server, TimeProvider time)
    {
        _server = server ?? credential.Server;
        if (!Model.Cells.HostPort.TryParse(_server, out var address))
        {
            throw new CliException($"“{_server}” is not a management address: write host:port, like 127.0.0.1:7444.");
        }

        var trust = new NetworkTrust(credential.Network, credential.Roots, []);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            SslOptions = new()
            {
                ClientCertificates = [credential.Certificate],
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    trust.Verify(certificate as X509Certificate2, null, PeerSide.Server, time, Role.Management).IsTrusted,
            },
        };
        _http = new(handler) { BaseAddress = new($"https://{address}/v1/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, path), type, cancellationToken);

    public Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken) =>
        SendAsync(new(method, path) { Content = JsonContent.Create(body, bodyType) }, type, cancellationToken);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Post, path), type, cancellationToken);

    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Delete, path), type, cancellationToken);

    /// <summary>Posts, and has the answer read as it comes.</summary>
    public Task<T> StreamAsync<T>(string path, Func<Stream, Task<T>> read, CancellationToken cancellationToken) =>
        StreamAsync(new HttpRequestMessage(HttpMethod.Post, path), read, cancellationToken);

    /// <summary>Posts something, and has the answer read as it comes.</summary>
    public Task<T> StreamAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> type, Func<Stream, Task<T>> read, CancellationToken cancellationToken) =>
        StreamAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) }, read, cancellationToken);

    private async Task<T> StreamAsync<T>(HttpRequestMessage request, Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return await read(stream);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken);
    }

    /// <summary>An answer that may be long, as it comes in.</summary>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        await (await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken, HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStreamAsync(cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, cancellationToken);
        return await answer.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new CliException("Management answered with nothing.");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        HttpResponseMessage answer;
        try
        {
            using (request)
            {
                answer = await _http.SendAsync(request, until, cancellationToken);
            }
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            throw new CliException($"Management cannot be reached at {_server}: is “cellway management” (or “cellway up”) running, and is the address right? (--server)", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new CliException($"What answers at {_server} is not this network's management: check --server and --profile.", e);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"Management at {_server} broke off: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"Management at {_server} does not answer.", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            if (answer.Headers.Contains(AdminHeaders.Stale))
            {
                await Console.Error.WriteLineAsync($"Management at {_server} cannot reach the state: this is what it saw last. Another replica may know more (--server).");
            }

            return answer;
        }

        using (answer)
        {
            throw new CliException(await ReasonAsync(answer, cancellationToken));
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return "Management refuses this operator credential: it is for another network, has expired or was revoked.";
        }

        try
        {
            return (await answer.Content.ReadFromJsonAsync(AdminJson.Default.AdminError, cancellationToken))?.Message ?? $"Management answered {(int)answer.StatusCode}.";
        }
        catch (JsonException)
        {
            return $"Management answered {(int)answer.StatusCode}: is it the same version as this program?";
        }
    }
}

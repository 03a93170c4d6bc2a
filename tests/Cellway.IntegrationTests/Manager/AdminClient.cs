using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Cellway.Manager.Api;

namespace Cellway.IntegrationTests.Manager;

/// <summary>The admin API as its callers use it.</summary>
internal sealed class AdminClient(string endpoint, X509Certificate2? certificate) : IDisposable
{
    private readonly HttpClient _http = TestHttp.Client(endpoint, certificate);

    public Task<T> GetAsync<T>(string path) => ExpectAsync<T>(HttpMethod.Get, path, null);

    public Task<T> PostAsync<T>(string path, object? body = null) => ExpectAsync<T>(HttpMethod.Post, path, body);

    public async Task<T> ExpectAsync<T>(HttpMethod method, string path, object? body)
    {
        var (status, text) = await SendAsync(method, path, Serialize(body));
        Assert.True(status is 200 or 201, $"{method} {path}: {status} {text}");
        return (T)JsonSerializer.Deserialize(text, typeof(T), AdminJson.Default)!;
    }

    /// <summary>A request that must fail; what it says.</summary>
    public async Task<(int Status, AdminError Error)> FailAsync(HttpMethod method, string path, object? body)
    {
        var (status, text) = await SendAsync(method, path, body as string ?? Serialize(body));
        Assert.True(status >= 400, $"{method} {path}: {status} {text}");
        var error = text.Length == 0 ? null : JsonSerializer.Deserialize(text, AdminJson.Default.AdminError);
        Assert.True(error is { Code.Length: > 0, Message.Length: > 0 }, $"{method} {path}: {status} says nothing: {text}");
        return (status, error);
    }

    public async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path) { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private static string? Serialize(object? body) => body is null ? null : JsonSerializer.Serialize(body, body.GetType(), AdminJson.Default);
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Subscription;

/// <summary>Fetches a subscription as an app does.</summary>
/// <param name="url">What to fetch.</param>
/// <param name="roots">Roots trusted besides the system's.</param>
/// <param name="time">Measures the timeout.</param>
internal sealed class SubscriptionFetcher(SubscriptionUrl url, X509Certificate2Collection roots, TimeProvider time) : ISubscriptionSource
{
    /// <summary>As many as v2rayNG follows (wire.md 6.1).</summary>
    public const int MaxRedirects = 3;

    /// <summary>Thousands of links.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>An app that gets the link list (wire.md 6.6); a name of our own would tell whoever logs requests who we are.</summary>
    private const string UserAgent = "v2rayN/7.24.8";

    /// <summary>For everything together, as apps do (wire.md 6.1).</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task<SubscriptionResult> FetchAsync(CancellationToken cancellationToken)
    {
        var check = new ServerCertificateCheck(roots);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // followed below, where each hop is judged
            UseProxy = false, // the environment's proxy may well be the one that this fetch is to start
            UseCookies = false,
            SslOptions = new() { RemoteCertificateValidationCallback = check.Accept },
        };
        using var http = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var at = url.Value;
        try
        {
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, at);
                request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
                if (!IsRedirect(response, out var location))
                {
                    return await ReadAsync(response, SubscriptionUrl.HostOf(at), stop.Token);
                }

                if (!Uri.TryCreate(at, location, out var next) || next.Scheme != Uri.UriSchemeHttps)
                {
                    return Failed(SubscriptionFault.InsecureRedirect, url.Host);
                }

                at = next;
            }

            return Failed(SubscriptionFault.TooManyRedirects, url.Host);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(SubscriptionFault.TimedOut, SubscriptionUrl.HostOf(at));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed(check.Fault is not SubscriptionFault.None ? check.Fault : Classify(e), SubscriptionUrl.HostOf(at));
        }
    }

    private static async Task<SubscriptionResult> ReadAsync(HttpResponseMessage response, string host, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return Failed(SubscriptionFault.NotFound, host);
        }

        if (response.StatusCode is not HttpStatusCode.OK)
        {
            return Failed(SubscriptionFault.BadStatus, host, (int)response.StatusCode);
        }

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBodyBytes)
        {
            return Failed(SubscriptionFault.TooLarge, host);
        }

        var body = buffer.AsSpan(0, length);
        if (response.Content.Headers.ContentType?.MediaType == "text/html" || LinkListBody.IsWebPage(body))
        {
            return Failed(SubscriptionFault.NotFound, host);
        }

        var list = LinkListBody.Read(body);
        return list switch
        {
            { Links.Count: > 0 } => SubscriptionResult.Of(list),
            { Skipped.Count: > 0 } => SubscriptionResult.Of(SubscriptionFault.NoUsableLink, SubscriptionFaults.DescribeUnusable(list.Skipped)),
            _ => Failed(SubscriptionFault.Empty, host),
        };
    }

    private static SubscriptionResult Failed(SubscriptionFault fault, string host, int status = 0) =>
        SubscriptionResult.Of(fault, fault.Describe(host, status));

    private static bool IsRedirect(HttpResponseMessage response, [NotNullWhen(true)] out Uri? location)
    {
        location = response.Headers.Location;
        return location is not null
            && (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect);
    }

    private static SubscriptionFault Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery }:
                    return SubscriptionFault.UnknownHost;
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return SubscriptionFault.Refused;
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return SubscriptionFault.TimedOut;
                case SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown }:
                    return SubscriptionFault.Unreachable;
                case AuthenticationException:
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return SubscriptionFault.TlsFailed;
            }
        }

        return SubscriptionFault.Broken;
    }
}

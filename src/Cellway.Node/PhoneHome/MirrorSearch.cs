using System.Security.Cryptography;
using Cellway.Node.Certificates;
using Cellway.Pki.Trust;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>Asks the mirrors, when management is nowhere, whether it has moved. They are web servers of anybody's: what they say is signed.</summary>
internal sealed class MirrorSearch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly NodeTrust _trust;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private long _lookedAt;
    private long _newest;

    public MirrorSearch(NodeTrust trust, TimeProvider time, ILogger logger)
    {
        (_trust, _time, _logger) = (trust, time, logger);
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Within, MaxAutomaticRedirections = 3, UseCookies = false, MaxResponseHeadersLength = 32 };
        _http = new(handler) { MaxResponseContentBufferSize = MovedNotice.MaxLength };
    }

    /// <summary>Looks, unless it has just looked.</summary>
    /// <returns>Whether management has moved to where this node has not looked.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (_lookedAt != 0 && _time.GetElapsedTime(_lookedAt) < Every)
        {
            return false;
        }

        _lookedAt = _time.GetTimestamp();
        var mirrors = _trust.Mirrors.ToArray();
        RandomNumberGenerator.Shuffle(mirrors.AsSpan());
        foreach (var mirror in mirrors)
        {
            if (await FetchAsync(mirror, cancellationToken) is { } notice && notice.SignedAt > _newest)
            {
                _newest = notice.SignedAt;
                if (_trust.MoveTo(notice.Management))
                {
                    PhoneHomeLog.Moved(_logger);
                    return true;
                }
            }
        }

        return false;
    }

    public void Dispose() => _http.Dispose();

    private async Task<MovedNotice?> FetchAsync(string mirror, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Within, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var file = await _http.GetByteArrayAsync(new Uri(mirror), both.Token);
            if (MovedNotice.Read(file, _trust.Current.Network ?? "", _trust.Current.Roots) is { } notice)
            {
                return notice;
            }

            PhoneHomeLog.MirrorNotSigned(_logger);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            PhoneHomeLog.MirrorSilent(_logger, e.GetType().Name); // its message would name the mirror
        }

        return null;
    }
}

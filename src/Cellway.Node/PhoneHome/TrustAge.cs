using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>Says when this node has not heard from management for so long that its revocations may be out of date. It goes on judging by them.</summary>
internal sealed class TrustAge(ManagementContact contact, NodeOptions options, TimeProvider time, ILogger<TrustAge> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private DateTimeOffset _saidAt = DateTimeOffset.MinValue;

    /// <summary>Whether it has said so, and nothing has been heard since.</summary>
    public bool IsOld { get; private set; }

    /// <summary>The same for whoever asks how the node is; null while all is well.</summary>
    public string? Remark => IsOld ? $"has not heard management since {contact.HeardAt.UtcDateTime:u}, and believes whom it believed then" : null;

    /// <summary>Looks, and says what there is to say.</summary>
    /// <returns>When to look again.</returns>
    internal TimeSpan Look()
    {
        var (now, heard, wasOld) = (time.GetUtcNow(), contact.HeardAt, IsOld);
        IsOld = now - heard >= options.TrustFreshFor;
        if (IsOld && now - _saidAt >= options.TrustFreshFor)
        {
            PhoneHomeLog.TrustIsOld(logger, heard.UtcDateTime);
            _saidAt = now;
        }
        else if (wasOld && !IsOld)
        {
            PhoneHomeLog.TrustIsFresh(logger);
            _saidAt = DateTimeOffset.MinValue;
        }

        var wait = heard + options.TrustFreshFor - now;
        return wait < ShortestWait ? (IsOld ? LongestWait : ShortestWait) : wait < LongestWait ? wait : LongestWait;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look(), time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Cellway.Pki.Trust;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Certificates;

/// <summary>Gets a new certificate for the same key before the old one ends. The key stays: routes pin it.</summary>
internal sealed class CertificateRenewal(
    NodeMembership membership, ManagementLink link, NodeOptions options, TimeProvider time, ILogger<CertificateRenewal> logger) : BackgroundService
{
    // A whole fleet enrolled in one minute must not renew in one minute.
    private const double Jitter = 0.1;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    // Another root may issue at any moment, and clocks are set.
    private readonly TimeSpan _longestWait = options.ReissueWithin < TimeSpan.FromMinutes(1) ? options.ReissueWithin : TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await WaitUntilDueAsync(stoppingToken);
                while (await TryRenewAsync(stoppingToken) is { } reason)
                {
                    var left = End - time.GetUtcNow().UtcDateTime; // the less is left, the more often it is tried
                    var wait = TimeSpan.FromTicks(Math.Clamp(left.Ticks / 20, ShortestRetry.Ticks, LongestRetry.Ticks));
                    CertificateLog.NotRenewed(logger, reason, End, wait);
                    await Task.Delay(wait, time, stoppingToken);
                }

                CertificateLog.Renewed(logger, End);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private DateTime End => membership.Certificate.Current.NotAfter.ToUniversalTime();

    // By key identifiers, which every root of the network and every certificate of them has.
    private bool IsOfAnotherRoot =>
        membership.Trust.SigningRoot is { } signing
        && membership.Trust.Current.Roots.FirstOrDefault(r => PublicKeys.KeyHash(r) == signing) is { } root
        && root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } own
        && membership.Certificate.Current.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } issuer
        && !issuer.Span.SequenceEqual(own.SubjectKeyIdentifierBytes.Span);

    private async Task WaitUntilDueAsync(CancellationToken cancellationToken)
    {
        // A window as long as the life itself would renew without end.
        var life = End - membership.Certificate.Current.NotBefore.ToUniversalTime();
        var window = options.RenewBefore < life / 2 ? options.RenewBefore : life / 2;
        var due = End - (window * (1 - (Jitter * RandomNumberGenerator.GetInt32(1000) / 1000)));
        DateTime? reissue = null;
        while ((reissue < due ? reissue.Value : due) - time.GetUtcNow().UtcDateTime is { Ticks: > 0 } left)
        {
            if (reissue is null && IsOfAnotherRoot)
            {
                reissue = time.GetUtcNow().UtcDateTime + (options.ReissueWithin * (RandomNumberGenerator.GetInt32(1000) / 1000.0));
                continue;
            }

            await Task.Delay(left < _longestWait ? left : _longestWait, time, cancellationToken);
        }
    }

    /// <summary>Null when it worked, otherwise why not.</summary>
    private async Task<string?> TryRenewAsync(CancellationToken cancellationToken)
    {
        if (link.Channel is not { } channel)
        {
            return "Management is not connected.";
        }

        try
        {
            var credential = await new Model.Contracts.Enrollment.EnrollmentClient(channel).RenewAsync(
                new RenewRequest { CertificateRequest = ByteString.CopyFrom(membership.Key.CreateRequest()) },
                cancellationToken: cancellationToken).ResponseAsync.WaitAsync(options.CallTimeout, time, cancellationToken);
            membership.Renew(credential, time);
            return null;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Management answered {e.StatusCode}.";
        }
        catch (TimeoutException)
        {
            return "Management did not answer in time.";
        }
        catch (ObjectDisposedException)
        {
            return "The connection to management ended.";
        }
        catch (NodeStartException e)
        {
            return e.Message;
        }
    }
}

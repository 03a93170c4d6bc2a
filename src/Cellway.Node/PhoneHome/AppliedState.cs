using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.LastGood;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>What this node has applied, in memory and on disk. Used by one caller at a time.</summary>
internal sealed class AppliedState(INodeConfiguration configuration, NodeTrust trust, LastGoodFile file, ILogger logger)
{
    private const string TrustName = "trust";
    private const int MaxReason = 500; // characters; an alert, not a stack trace

    private readonly TaskCompletionSource _configured = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldState Held { get; private set; } = HeldState.Empty;

    /// <summary>Of the signed word on whom to believe.</summary>
    public long TrustVersion => trust.Version;

    /// <summary>That word as management sent it; <see langword="null"/> when it never has.</summary>
    public Trust? HeldTrust => Held.Resources.GetValueOrDefault(TrustName)?.Trust;

    public Task Configured => _configured.Task;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var saved = file.Load();
        if (saved.Resources.Count > 0 && await TryApplyAsync(saved.ToUpdate(), cancellationToken) is null)
        {
            PhoneHomeLog.StartedFromLastGood(logger, Held.Revision, Held.Resources.Count);
        }
    }

    /// <summary>Applies an update and answers it.</summary>
    public async Task<Ack> ApplyAsync(Update update, CancellationToken cancellationToken)
    {
        var refusal = await TryApplyAsync(update, cancellationToken);
        if (refusal is null)
        {
            file.Save(Held);
        }

        return new() { Revision = update.Revision, Error = refusal ?? "" };
    }

    private async Task<string?> TryApplyAsync(Update update, CancellationToken cancellationToken)
    {
        var (next, changed) = Held.After(update);
        try
        {
            // First and for good: a revocation holds even where the rest of the update is refused.
            if (changed.Contains(TrustName) && next.Resources.GetValueOrDefault(TrustName)?.Trust is { } whom)
            {
                var outcome = trust.Apply(whom);
                if (outcome != TrustOutcome.Taken)
                {
                    PhoneHomeLog.TrustNotTaken(logger, outcome.ToString(), trust.Version);
                }
            }

            await configuration.ApplyAsync(next.Resources, changed, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var reason = string.IsNullOrEmpty(e.Message) ? e.GetType().Name : e.Message[..Math.Min(e.Message.Length, MaxReason)];
            PhoneHomeLog.Refused(logger, update.Revision, Held.Revision, reason);
            return reason;
        }

        Held = next;
        _configured.TrySetResult();
        PhoneHomeLog.Applied(logger, next.Revision, changed.Count, next.Resources.Count);
        return null;
    }
}

using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Google.Protobuf;

namespace Cellway.Node.PhoneHome;

/// <summary>An Entry's questions to management, on the connection on which it is attached.</summary>
public sealed class ManagementClient
{
    private readonly ManagementLink _link;
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;

    internal ManagementClient(ManagementLink link, NodeOptions options, TimeProvider time)
    {
        _link = link;
        _options = options;
        _time = time;
    }

    /// <summary>Where the sessions of a device may go.</summary>
    /// <param name="credentialHash">Of the VLESS id with bytes 6 and 7 zeroed.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public Task<Lookup<ResolveReply>> ResolveAsync(Hash256 credentialHash, CancellationToken cancellationToken)
    {
        var hash = ByteString.CopyFrom(credentialHash.ToArray());
        return AskAsync((questions, token) => questions.Lookups.AskAsync(number => new() { Number = number, CredentialHash = hash }, token), cancellationToken);
    }

    /// <summary>What to answer to a subscription's holder.</summary>
    public Task<Lookup<SubscriptionReply>> FetchSubscriptionAsync(SubscriptionRequest request, CancellationToken cancellationToken) =>
        AskAsync((questions, token) => questions.Subscriptions.AskAsync(number => new() { Number = number, Request = request }, token), cancellationToken);

    private async Task<Lookup<T>> AskAsync<T>(Func<ManagementQuestions, CancellationToken, Task<Lookup<T>>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (_link.Questions is not { } questions)
        {
            return default;
        }

        using var deadline = new CancellationTokenSource(_options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ask(questions, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }
}

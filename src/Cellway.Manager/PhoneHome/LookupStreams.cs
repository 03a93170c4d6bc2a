using Cellway.Manager.Leadership;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>Answers an Entry's questions one after the other on a stream that stays: a call for each costs ten times what the answer does.</summary>
internal sealed class LookupStreams(RouteLookup routes, NetworkViewFeed feed, Replica replica)
{
    private const int MostApart = 64; // questions of one Entry that the state is asked about at a time

    private static readonly WriteOptions More = new(WriteFlags.BufferHint);

    public async Task ServeAsync(
        NodeRecord entry, IAsyncStreamReader<ResolveQuestion> questions, IServerStreamWriter<ResolveAnswer> answers, CancellationToken cancelled)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled, replica.StreamsEnd);
        using var apart = new SemaphoreSlim(MostApart);
        using var writing = new SemaphoreSlim(1);
        try
        {
            NetworkView? judgedBy = null;
            var next = questions.MoveNext(ending.Token);
            while (await next)
            {
                var question = questions.Current;
                if (feed.Current is var view && view != judgedBy)
                {
                    judgedBy = view.Welcomes(entry) ? view : throw new RpcException(new(StatusCode.PermissionDenied, "this node's certificate has been revoked"));
                }

                next = questions.MoveNext(ending.Token);
                var found = FindAsync(question, ending.Token);
                if (found.IsCompleted)
                {
                    await WriteAsync(await found, next.IsCompletedSuccessfully); // those that came together go together
                }
                else
                {
                    await apart.WaitAsync(ending.Token);
                    _ = AnswerApartAsync(found.AsTask());
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Unavailable, "this replica is stopping"));
        }
        finally
        {
            await ending.CancelAsync();
            for (var i = 0; i < MostApart; i++)
            {
                await apart.WaitAsync(CancellationToken.None); // whoever still writes here must be done before the call is
            }
        }

        async Task WriteAsync(ResolveAnswer answer, bool moreFollow)
        {
            await writing.WaitAsync(ending.Token);
            try
            {
                answers.WriteOptions = moreFollow ? More : WriteOptions.Default;
                await answers.WriteAsync(answer, ending.Token);
            }
            finally
            {
                writing.Release();
            }
        }

        // The state is asked: others must not wait for that.
        async Task AnswerApartAsync(Task<ResolveAnswer> found)
        {
            try
            {
                await WriteAsync(await found, moreFollow: false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or RpcException or InvalidOperationException)
            {
                // The stream is over.
            }
            finally
            {
                apart.Release();
            }
        }
    }

    private async ValueTask<ResolveAnswer> FindAsync(ResolveQuestion question, CancellationToken cancellationToken)
    {
        var answer = new ResolveAnswer { Number = question.Number };
        try
        {
            if (question.CredentialHash.Length == Hash256.Length && await routes.FindAsync(new(question.CredentialHash.Span), cancellationToken) is { } reply)
            {
                answer.Targets.AddRange(reply.Targets);
                answer.MaxAddresses = reply.MaxAddresses;
            }
            else
            {
                answer.Unknown = true;
            }
        }
        catch (StateUnavailableException)
        {
            answer.Unavailable = true;
        }

        return answer;
    }
}

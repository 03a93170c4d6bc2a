using Cellway.Manager.Leadership;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.Manager.Api;

/// <summary>Answers an Entry's questions one after the other on a stream that stays: a call for each costs ten times what the answer does.</summary>
internal sealed class QuestionStreams(NetworkViewFeed feed, Replica replica, PhoneHomeLog log)
{
    private const int MostApart = 64; // questions of one stream that the state is asked about at a time

    private static readonly WriteOptions More = new(WriteFlags.BufferHint);

    /// <param name="entry">Who asks. Once it is revoked, the next question ends the stream.</param>
    /// <param name="questions">What it asks.</param>
    /// <param name="answers">What it is told, in any order.</param>
    /// <param name="answer">Answers one question; at once, unless the state must be asked.</param>
    /// <param name="unavailable">What is said when that fails: one question must not take the others with it.</param>
    /// <param name="cancelled">Nobody waits any more.</param>
    public async Task ServeAsync<TQuestion, TAnswer>(
        NodeRecord entry,
        IAsyncStreamReader<TQuestion> questions,
        IServerStreamWriter<TAnswer> answers,
        Func<TQuestion, CancellationToken, ValueTask<StreamAnswer<TAnswer>>> answer,
        Func<TQuestion, TAnswer> unavailable,
        CancellationToken cancelled)
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
                var found = FindAsync(question);
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

        async ValueTask<StreamAnswer<TAnswer>> FindAsync(TQuestion question)
        {
            try
            {
                return await answer(question, ending.Token);
            }
            catch (StateUnavailableException)
            {
                return new(unavailable(question));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.QuestionFailed(entry.Id, typeof(TQuestion).Name, e);
                return new(unavailable(question));
            }
        }

        async ValueTask WriteAsync(StreamAnswer<TAnswer> found, bool moreFollow)
        {
            try
            {
                await writing.WaitAsync(ending.Token);
                try
                {
                    answers.WriteOptions = moreFollow ? More : WriteOptions.Default;
                    await answers.WriteAsync(found.Message, ending.Token);
                }
                finally
                {
                    writing.Release();
                }
            }
            finally
            {
                found.Lease?.Dispose();
            }
        }

        // The state is asked: others must not wait for that.
        async Task AnswerApartAsync(Task<StreamAnswer<TAnswer>> found)
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
}

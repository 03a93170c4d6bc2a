using System.Threading.Channels;
using Grpc.Core;

namespace Cellway.Node.PhoneHome;

/// <summary>Questions on one call that stays open: a call for each costs management ten times what its answer does.</summary>
/// <typeparam name="TQuestion">What is asked; with a number.</typeparam>
/// <typeparam name="TAnswer">What comes back, under the same number.</typeparam>
/// <typeparam name="TReply">What the asker gets of it.</typeparam>
internal sealed class QuestionStream<TQuestion, TAnswer, TReply>
    where TReply : class
{
    private readonly Channel<TQuestion> _outbox = Channel.CreateUnbounded<TQuestion>(new() { SingleReader = true });
    private readonly Dictionary<ulong, TaskCompletionSource<Lookup<TReply>>> _waiting = [];
    private readonly Func<TAnswer, (ulong Number, Lookup<TReply> Lookup)> _read;
    private readonly Lock _lock = new();
    private ulong _last;

    private QuestionStream(Func<TAnswer, (ulong Number, Lookup<TReply> Lookup)> read) => _read = read;

    /// <summary>It has ended: the next question needs another one.</summary>
    public bool IsOver { get; private set; }

    /// <param name="call">Makes the call.</param>
    /// <param name="read">What an answer says.</param>
    public static QuestionStream<TQuestion, TAnswer, TReply> Open(
        Func<AsyncDuplexStreamingCall<TQuestion, TAnswer>> call, Func<TAnswer, (ulong Number, Lookup<TReply> Lookup)> read)
    {
        var stream = new QuestionStream<TQuestion, TAnswer, TReply>(read);
        _ = stream.RunAsync(call);
        return stream;
    }

    /// <summary>Asks; unavailable when the stream ends before there is an answer.</summary>
    /// <param name="ask">Makes the question that has a number.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task<Lookup<TReply>> AskAsync(Func<ulong, TQuestion> ask, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<Lookup<TReply>>(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong number;
        lock (_lock)
        {
            if (IsOver)
            {
                return default;
            }

            number = ++_last;
            _waiting.Add(number, answer);
        }

        _outbox.Writer.TryWrite(ask(number));
        try
        {
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Take(number);
        }
    }

    /// <summary>Asks nothing more; what is under way is still answered.</summary>
    public void Complete() => _outbox.Writer.TryComplete();

    private async Task RunAsync(Func<AsyncDuplexStreamingCall<TQuestion, TAnswer>> open)
    {
        try
        {
            using var call = open();
            var writing = WriteAsync(call.RequestStream);
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var (number, lookup) = _read(call.ResponseStream.Current);
                Take(number)?.TrySetResult(lookup);
            }

            await writing;
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            // Whoever waits is told below; the next question tries again.
        }
        finally
        {
            End();
        }
    }

    // How it ends is told by the reader.
    private async Task WriteAsync(IClientStreamWriter<TQuestion> questions)
    {
        try
        {
            await foreach (var question in _outbox.Reader.ReadAllAsync())
            {
                await questions.WriteAsync(question);
            }

            await questions.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or ObjectDisposedException)
        {
            // So it is.
        }
    }

    private TaskCompletionSource<Lookup<TReply>>? Take(ulong number)
    {
        lock (_lock)
        {
            return _waiting.Remove(number, out var answer) ? answer : null;
        }
    }

    private void End()
    {
        _outbox.Writer.TryComplete();
        List<TaskCompletionSource<Lookup<TReply>>> unanswered;
        lock (_lock)
        {
            IsOver = true;
            unanswered = [.. _waiting.Values];
            _waiting.Clear();
        }

        unanswered.ForEach(answer => answer.TrySetResult(default));
    }
}

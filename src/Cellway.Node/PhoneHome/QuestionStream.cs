using System.Threading.Channels;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cellway.Node.PhoneHome;

/// <summary>Questions about devices on one call that stays open: a call for each costs management ten times what its answer does.</summary>
internal sealed class QuestionStream
{
    private readonly Channel<ResolveQuestion> _outbox = Channel.CreateUnbounded<ResolveQuestion>(new() { SingleReader = true });
    private readonly Dictionary<ulong, TaskCompletionSource<Lookup<ResolveReply>>> _waiting = [];
    private readonly Lock _lock = new();
    private ulong _last;

    private QuestionStream()
    {
    }

    /// <summary>It has ended: the next question needs another one.</summary>
    public bool IsOver { get; private set; }

    public static QuestionStream Open(GrpcChannel channel)
    {
        var stream = new QuestionStream();
        _ = stream.RunAsync(new(channel));
        return stream;
    }

    /// <summary>Asks; unavailable when the stream ends before there is an answer.</summary>
    public async Task<Lookup<ResolveReply>> AskAsync(Hash256 credential, CancellationToken cancellationToken)
    {
        var question = new ResolveQuestion { CredentialHash = ByteString.CopyFrom(credential.ToArray()) };
        var answer = new TaskCompletionSource<Lookup<ResolveReply>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (IsOver)
            {
                return default;
            }

            question.Number = ++_last;
            _waiting.Add(question.Number, answer);
        }

        _outbox.Writer.TryWrite(question);
        try
        {
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Take(question.Number);
        }
    }

    /// <summary>Asks nothing more; what is under way is still answered.</summary>
    public void Complete() => _outbox.Writer.TryComplete();

    private async Task RunAsync(Model.Contracts.PhoneHome.PhoneHomeClient management)
    {
        try
        {
            using var call = management.ResolveMany();
            var writing = WriteAsync(call.RequestStream);
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var answer = call.ResponseStream.Current;
                Take(answer.Number)?.TrySetResult(
                    answer.Unavailable ? default
                    : answer.Unknown ? new(LookupStatus.NotFound, null)
                    : new(LookupStatus.Found, new() { Targets = { answer.Targets }, MaxAddresses = answer.MaxAddresses }));
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
    private async Task WriteAsync(IClientStreamWriter<ResolveQuestion> questions)
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

    private TaskCompletionSource<Lookup<ResolveReply>>? Take(ulong number)
    {
        lock (_lock)
        {
            return _waiting.Remove(number, out var answer) ? answer : null;
        }
    }

    private void End()
    {
        _outbox.Writer.TryComplete();
        List<TaskCompletionSource<Lookup<ResolveReply>>> unanswered;
        lock (_lock)
        {
            IsOver = true;
            unanswered = [.. _waiting.Values];
            _waiting.Clear();
        }

        unanswered.ForEach(answer => answer.TrySetResult(default));
    }
}

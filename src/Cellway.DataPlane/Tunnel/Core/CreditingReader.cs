using System.Buffers;
using System.IO.Pipelines;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>A reader that tells how much was consumed.</summary>
internal sealed class CreditingReader(PipeReader inner, Action<int> consumed) : PipeReader
{
    private ReadOnlySequence<byte> _read;

    public override bool TryRead(out ReadResult result)
    {
        var done = inner.TryRead(out result);
        _read = result.Buffer;
        return done;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        _read = result.Buffer;
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed1, SequencePosition examined)
    {
        var count = (int)_read.Slice(0, consumed1).Length;
        _read = default;
        inner.AdvanceTo(consumed1, examined);
        if (count > 0)
        {
            consumed(count);
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}

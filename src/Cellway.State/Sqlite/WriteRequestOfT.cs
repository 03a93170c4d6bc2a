namespace Cellway.State.Sqlite;

/// <summary>A write with a result.</summary>
internal sealed class WriteRequest<T>(Func<SqliteWriter, T> work, int bytes, CancellationToken cancellationToken)
    : WriteRequest(bytes, cancellationToken)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArgumentException? _refusal;
    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Apply(SqliteWriter writer)
    {
        try
        {
            _result = work(writer);
        }
        catch (ArgumentException e)
        {
            // A refusal comes before the request's first write, so the others in its group go on.
            _refusal = e;
        }
    }

    public override void Complete()
    {
        if (_refusal is null)
        {
            _done.TrySetResult(_result!);
        }
        else
        {
            _done.TrySetException(_refusal);
        }
    }

    public override void Fail(Exception failure) => _done.TrySetException(failure);

    public override void Cancel() => _done.TrySetCanceled(CancellationToken);
}

namespace Cellway.State.Sqlite;

/// <summary>Something that waits to be written.</summary>
internal abstract class WriteRequest(int bytes, CancellationToken cancellationToken)
{
    public int Bytes => bytes;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Does the work inside the writer's open transaction. Only a failure of SQLite leaves this method.</summary>
    public abstract void Apply(SqliteWriter writer);

    /// <summary>The work is durable: tells who waits.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    public abstract void Cancel();
}

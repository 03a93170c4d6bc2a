using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>A statement compiled once, with parameters $1, $2, ….</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    public SqliteStatement(SqliteConnection connection, string sql, int parameters = 0)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }
    }

    public void Run(params ReadOnlySpan<object?> arguments)
    {
        Bind(arguments);
        _command.ExecuteNonQuery();
    }

    public SqliteDataReader Query(params ReadOnlySpan<object?> arguments)
    {
        Bind(arguments);
        return _command.ExecuteReader();
    }

    /// <returns>The first column of the first row; <see langword="null"/> when there is none, or it is NULL.</returns>
    public long? Ask(params ReadOnlySpan<object?> arguments)
    {
        Bind(arguments);
        return _command.ExecuteScalar() as long?;
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            _command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        }
    }
}

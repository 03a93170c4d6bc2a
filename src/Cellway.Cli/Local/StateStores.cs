using Cellway.Model.State;
using Cellway.State.Sqlite;

namespace Cellway.Cli.Local;

/// <summary>The store of a state directory.</summary>
internal static class StateStores
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", ".lock"];

    public static string FileIn(string state) => Path.Combine(state, "state.db");

    /// <summary>Every file that the store may make.</summary>
    public static IEnumerable<string> FilesIn(string state) => Suffixes.Select(suffix => FileIn(state) + suffix);

    public static async Task<IStateStore> OpenAsync(string state, bool mustExist, TimeProvider time, CancellationToken cancellationToken)
    {
        if (mustExist && !File.Exists(FileIn(state)))
        {
            throw new CliException($"There is no network in {state}: make one with “cellway init”, or name the place with --state.");
        }

        try
        {
            return await SqliteStateStore.OpenAsync(FileIn(state), new(), time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message, e);
        }
    }
}

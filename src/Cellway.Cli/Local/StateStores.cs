using Cellway.Model.State;
using Cellway.State;
using Cellway.State.Copying;

namespace Cellway.Cli.Local;

/// <summary>Opens the store of a network, for every command that needs one.</summary>
internal static class StateStores
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", ".lock"];

    /// <summary>The store of a state directory, unless another was named.</summary>
    public static StateStoreUrl In(string state) => StateStoreUrl.Sqlite(Path.Combine(state, "state.db"));

    /// <summary>Every file that the store may make.</summary>
    public static IEnumerable<string> FilesOf(StateStoreUrl url) => url.File is { } file ? Suffixes.Select(suffix => file + suffix) : [];

    /// <summary>Opens a store that is whole.</summary>
    public static async Task<IStateStore> OpenAsync(
        StateStoreUrl url, string? etcdCredentials, bool mustExist, TimeProvider time, CancellationToken cancellationToken)
    {
        if (mustExist && url.File is { } file && !File.Exists(file))
        {
            throw new CliException($"There is no network in {file}: make one with “cellway init”, or name the place with --state or --store.");
        }

        var store = await OpenAnyAsync(url, etcdCredentials, time, cancellationToken);
        try
        {
            return await StateCopy.IsIncompleteAsync(store, cancellationToken)
                ? throw new CliException($"{url} holds an interrupted copy or restore, not a whole network. Run the same “cellway backup restore” again, which goes on; or “cellway state copy --again”, or go on with the store that it was copied from.")
                : store;
        }
        catch (Exception e)
        {
            await store.DisposeAsync();
            throw e is IOException ? new CliException(e.Message, e) : e;
        }
    }

    /// <summary>Opens a store whatever it holds.</summary>
    public static async Task<IStateStore> OpenAnyAsync(StateStoreUrl url, string? etcdCredentials, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await url.OpenAsync(etcdCredentials, time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(e.Message, e);
        }
    }
}

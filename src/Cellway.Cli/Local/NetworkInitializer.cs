using Cellway.Cli.Admin;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.State;

namespace Cellway.Cli.Local;

/// <summary>Makes a network in a state directory, and the profile of its first operator. Leaves nothing behind when it fails.</summary>
internal static class NetworkInitializer
{
    public static async Task<CreatedNetwork> RunAsync(
        string state, StateStoreUrl url, string? etcdCredentials, SealSecret secret, OperatorProfile profile, NetworkPlan plan, string server, TimeProvider time, CancellationToken cancellationToken)
    {
        if (profile.Exists)
        {
            throw new CliException("There is an operator credential in that profile already: name another place with --profile, so that it is not lost.");
        }

        var leftovers = new List<string>();
        try
        {
            PrepareState(state, url, secret, leftovers);
            CreatedNetwork? created = null;
            using var key = NodeKey.New();
            await using (var store = await StateStores.OpenAsync(url, etcdCredentials, mustExist: false, time, cancellationToken))
            {
                await NetworkCreator.CreateAsync(store, plan, secret, key.CreateRequest(), Deliver, time, cancellationToken);
            }

            leftovers.Clear();
            return created!;

            void Deliver(CreatedNetwork network)
            {
                leftovers.AddRange(profile.Files);
                profile.Create(key, network, server);
                created = network;
            }
        }
        catch (Exception e) when (e is AdminException or SealException or StateUnavailableException)
        {
            throw new CliException(e.Message, e);
        }
        finally
        {
            leftovers.ForEach(File.Delete);
        }
    }

    private static void PrepareState(string state, StateStoreUrl url, SealSecret secret, List<string> leftovers)
    {
        try
        {
            PrivateFiles.EnsureDirectory(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The state directory {state} cannot be used: {e.Message} Name another with --state.", e);
        }

        if (!File.Exists(url.File))
        {
            leftovers.AddRange(StateStores.FilesOf(url));
        }

        if (secret.KeyFile is { } path && !File.Exists(path))
        {
            leftovers.Add(path);
            KeyFile.Create(path);
        }
    }
}

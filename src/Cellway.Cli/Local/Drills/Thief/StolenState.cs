using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Cellway.Model.Devices;
using Cellway.Model.State;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What a copy of the state opens, alone and together with a Core: nobody's connection.</summary>
internal static partial class StolenState
{
    private const int TokensTried = 40; // wrong ones are answered slower and slower

    private static readonly string[] s_places = ["device-", "devices/", "users/"];

    public static async Task TryAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        var user = await scene.UserAsync(cancellationToken);
        await scene.MayAsync("the device itself connects", () => user.ConnectAsync(user.RealId, cancellationToken));

        var state = await CopyAsync(scene, cancellationToken);
        var devices = state.Where(e => s_places.Any(p => e.Key.Contains(p, StringComparison.Ordinal))).SelectMany(SecretsIn).Distinct().ToList();
        await scene.TryAsync($"connect as a user with each of {devices.Count} values that stand by devices", async () =>
        {
            foreach (var value in devices.SelectMany(IdsOf).DistinctBy(Convert.ToHexString).Take(TokensTried))
            {
                if (await user.ConnectAsync(value, cancellationToken) is { Gained: true } connected)
                {
                    return connected;
                }
            }

            return Answer.Refused("each is refused");
        });
        await scene.TryAsync("fetch a subscription with each of them", async () =>
        {
            foreach (var value in devices.Take(TokensTried))
            {
                if (await user.FetchAsync(value, cancellationToken) is { Gained: true } fetched)
                {
                    return fetched;
                }
            }

            return Answer.Refused("each is the web site's missing page");
        });
        await scene.TryAsync("find a private key in the copy", () => Task.FromResult(
            state.SelectMany(SecretsIn).Any(IsKey) ? Answer.Got("a key") : Answer.Refused($"{state.Count} records, none with a key that is not sealed")));

        await OpenBackupAsync(scene, cancellationToken);
        await UseRouteIdsAsync(scene, user, cancellationToken);
    }

    // A backup is the state again, for whoever can open it: an operator.
    private static async Task OpenBackupAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        var (file, home) = (Path.Combine(scene.Network.Directory, "network.backup"), scene.Network.Directory);
        await scene.Network.RunAsync("backup-create", ["backup", "create", file], cancellationToken);
        await scene.MayAsync("an operator opens a backup", () => VerifyAsync("operator/operator.key"));
        await scene.TryAsync("open it with a stolen Core's key", () => VerifyAsync("core-1/node.key"));
        await scene.TryAsync("open it with a stolen Entry's key", () => VerifyAsync("entry-1/node.key"));
        await scene.TryAsync("find a name or a token in it as it is", async () =>
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            string[] wanted = [scene.Device.Device.Id, scene.Device.SubscriptionUrls[0].Split('/')[^1], .. scene.Network.Tokens];
            return wanted.Any(w => bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(w)) >= 0) ? Answer.Got("one of them") : Answer.Refused($"{bytes.Length} bytes, none of them");
        });

        async Task<Answer> VerifyAsync(string key)
        {
            try
            {
                await scene.Network.RunAsync("backup-verify", ["backup", "verify", file, "--key", Path.Combine(home, key), "--root", Path.Combine(home, "operator/root.crt")], cancellationToken);
                return Answer.Got("the state");
            }
            catch (CliException e)
            {
                return Answer.Refused(e.Message[(e.Message.LastIndexOf("exit code", StringComparison.Ordinal) is > 0 and var at ? at : 0)..]);
            }
        }
    }

    // What a Core sees of its users is of use nowhere else.
    private static async Task UseRouteIdsAsync(ThiefScene scene, ThiefUser user, CancellationToken cancellationToken)
    {
        var core = scene.Steal("core-1");
        var told = await scene.AttachAsync("core-1", cancellationToken);
        var routes = told.Where(r => r.Routes is not null).SelectMany(r => r.Routes.Routes).Select(r => r.RouteId.ToByteArray()).ToList();
        if (routes.Count == 0)
        {
            throw new CliException("The drill is not fair: the stolen Core has no users.");
        }

        foreach (var entry in (string[])["entry-1", "entry-2"])
        {
            var way = user.By(scene.ServingOf(entry));
            await scene.MayAsync($"the device itself connects by {entry}", () => way.ConnectAsync(way.RealId, cancellationToken));
            await scene.TryAsync($"use a stolen Core's {routes.Count} route ids at {entry}", async () =>
            {
                foreach (var route in routes)
                {
                    if (await way.ConnectAsync(route, cancellationToken) is { Gained: true } connected)
                    {
                        return connected;
                    }
                }

                return Answer.Refused("each is refused");
            });
        }

        var neighbour = scene.Steal("core-2");
        var names = told.Where(r => r.ExitNames is not null).ToDictionary(r => r.ExitNames.CellId, r => StolenCore.NamesOf(r.ExitNames));
        await using var thief = await ThiefEntry.StartAsync(core.Certificate, IPAddress.Parse("127.0.0.11"), core.Certificate, names, cancellationToken);
        foreach (var (route, number) in routes.Select((r, i) => (new RouteId(r), i + 1)))
        {
            await scene.TryAsync($"use route id {number} at another Core", () => thief.OpenAsync(
                neighbour.Id, scene.ServingOf("core-2"), scene.Network.Home.ExitDomain, DemoNetwork.HomeCell, neighbour.KeyHash, route, cancellationToken));
        }
    }

    private static async Task<IReadOnlyList<StateEntry>> CopyAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        var copy = Directory.CreateDirectory(Path.Combine(scene.Network.Directory, "stolen-state")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(scene.Network.Directory, "management"), "state.db*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using var store = await StateStores.OpenAsync(StateStores.In(copy), null, mustExist: true, TimeProvider.System, cancellationToken);
        return (await store.ListAsync("", cancellationToken)).Entries;
    }

    /// <summary>Every run of letters in a record that could hold a secret.</summary>
    private static IEnumerable<string> SecretsIn(StateEntry entry) => LongWord().Matches(entry.Key + " " + System.Text.Encoding.UTF8.GetString(entry.Value.Span)).Select(m => m.Value);

    private static IEnumerable<byte[]> IdsOf(string word)
    {
        if (word.Length % 2 == 0 && word.All(char.IsAsciiHexDigit))
        {
            var bytes = Convert.FromHexString(word);
            for (var i = 0; i + 16 <= bytes.Length; i += 16)
            {
                yield return bytes[i..(i + 16)];
            }
        }
    }

    private static bool IsKey(string word)
    {
        var buffer = new byte[word.Length];
        if (!Convert.TryFromBase64String(word, buffer, out var length))
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(buffer.AsSpan(0, length), out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    [GeneratedRegex("[A-Za-z0-9+/_=-]{16,}")]
    private static partial Regex LongWord();
}

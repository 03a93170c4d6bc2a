using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Backups;

/// <summary>Builds the network of a checked backup in memory, asks whether its records fit each other, and has it answer routes.</summary>
internal sealed class BackupRehearsal(BackupFile file, CheckedBackup backup, IProgress<BackupProgress> progress, TimeProvider time)
{
    private const int Samples = 1000;
    private const int MaxProblems = 20;

    private readonly List<string> _problems = [];
    private int _more;

    /// <exception cref="NewerSchemaException">A record is of a newer form.</exception>
    public BackupVerdict Run(CancellationToken cancellationToken)
    {
        var view = Build(cancellationToken);
        CheckNetwork(view);
        CheckIndexes(view, cancellationToken);
        var (asked, answered) = AskForRoutes(view);
        return new(backup.Summary, view.Accounts.Devices, asked, answered, _more == 0 ? _problems : [.. _problems, $"and {_more} more"]);
    }

    private NetworkView Build(CancellationToken cancellationToken)
    {
        var view = new NetworkView();
        foreach (var page in Pages("rebuilding", cancellationToken))
        {
            var changes = page.Select(r => new StateChange(r.Key, new(r.Key, r.Value!.Value, 1, 1, 0))).ToList();
            view = view.Apply(backup.Keys, new(1, changes), out _);
        }

        return view;
    }

    private void CheckNetwork(NetworkView view)
    {
        foreach (var path in view.Unreadable)
        {
            Note($"{path} cannot be read");
        }

        if (view.Authorities.Values.Count(a => a.Signs) != 1)
        {
            Note("not exactly one root signs");
        }

        foreach (var node in view.Nodes.Values)
        {
            if (!view.Participants.ContainsKey(node.Participant))
            {
                Note($"the node {node.Id} is of the participant {node.Participant}, whom nothing describes");
            }

            if (node.Cell is { } cell && !view.Cells.ContainsKey(cell))
            {
                Note($"the node {node.Id} is of the cell {cell}, which nothing describes");
            }
        }

        foreach (var (_, device) in view.Accounts.AllDevices())
        {
            if (view.Accounts.FindUser(device.User) is null)
            {
                Note($"the device {device.Id} is of the user {device.User}, whom nothing describes");
            }

            if (!view.Cells.ContainsKey(device.Cell))
            {
                Note($"the device {device.Id} is of the cell {device.Cell}, which nothing describes");
            }
        }
    }

    private void CheckIndexes(NetworkView view, CancellationToken cancellationToken)
    {
        var (names, tokens, credentials) = (0, 0, 0);
        foreach (var record in Pages("comparing", cancellationToken).SelectMany(p => p))
        {
            var path = record.Key[backup.Keys.Prefix.Length..];
            var device = view.Accounts.FindDevice(Encoding.ASCII.GetString(record.Value!.Value.Span));
            var (isIndex, fits) =
                Below(StateKeys.Folders.DeviceNames) is { } name ? (++names > 0, device is { } d && name == $"{d.User}/{d.Name}")
                : Below(StateKeys.Folders.DeviceTokens) is { } token ? (++tokens > 0, device is { } e && token == e.Token.ToString())
                : Below(StateKeys.Folders.DeviceCredentials) is { } credential ? (++credentials > 0, device is { } f && credential == f.Credential.ToString())
                : Below(StateKeys.Folders.Domains) is not null ? (true, view.Cells.ContainsKey(Encoding.ASCII.GetString(record.Value!.Value.Span)))
                : (false, true);
            if (isIndex && !fits)
            {
                Note($"{path} names what does not fit it");
            }

            string? Below(string folder) => path.StartsWith(folder, StringComparison.Ordinal) ? path[folder.Length..] : null;
        }

        if (names != view.Accounts.Devices || tokens != names || credentials != names)
        {
            Note($"of {view.Accounts.Devices} devices, {names} are found by name, {tokens} by token and {credentials} by credential");
        }
    }

    /// <summary>With every Core that may serve attached and reached, as after nodes have come back.</summary>
    private (int Asked, int Answered) AskForRoutes(NetworkView view)
    {
        var attached = view.Nodes.Values.Where(n => n is { Role: Role.Core, State: NodeState.Active }).Select(AttachedAs).ToList();
        view = attached.Count == 0 ? view : view.Apply(backup.Keys, new(2, attached), out _);

        using var ids = new RouteIds(RandomNumberGenerator.GetBytes(RouteIds.SecretLength));
        var table = new RouteTable(ids);
        table.Apply(view, new() { Everything = true });
        var step = Math.Max(1, view.Accounts.Devices / Samples);
        var (asked, answered) = (0, 0);
        foreach (var (_, device) in view.Accounts.AllDevices().Where((_, i) => i % step == 0).Where(d => RoutePlan.IsAdmitted(view, d.Row) && HasCore(view, d.Row.Cell)))
        {
            asked++;
            answered += view.Accounts.FindByCredential(device.Credential) is { } found && table.RoutesFor(view, found).Length > 0 ? 1 : 0;
        }

        if (answered < asked)
        {
            Note($"{asked - answered} of {asked} devices of cells with Cores get no route");
        }

        return (asked, answered);
    }

    private StateChange AttachedAs(NodeRecord node)
    {
        var session = new NodeSessionRecord
        {
            Node = node.Id, Replica = "rehearsal", Address = "192.0.2.1", Port = 443, ObservedAddress = "192.0.2.1",
            SoftwareVersion = Software.Version, Since = time.GetUtcNow(), Ready = true,
        };
        var key = backup.Keys.Session(node.Id);
        return new(key, new(key, StateJson.Write(session), 1, 1, 0));
    }

    private static bool HasCore(NetworkView view, string cell) =>
        view.Cells.TryGetValue(cell, out var home) && RoutePlan.IsWell(home) && view.Nodes.Values.Any(n => n is { Role: Role.Core, State: NodeState.Active } && n.Cell == cell);

    private IEnumerable<IReadOnlyList<StateWrite>> Pages(string step, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var page in file.Read(backup))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return page;
            done += page.Count;
            progress.Report(new(step, done, backup.Summary.Keys));
        }
    }

    private void Note(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
        else
        {
            _more++;
        }
    }
}

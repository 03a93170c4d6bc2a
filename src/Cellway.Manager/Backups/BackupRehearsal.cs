using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Backups;

/// <summary>Builds the network of a checked backup in memory, asks whether its records fit each other, and has it answer routes.</summary>
/// <remarks>Of users and devices there may be a million: all are read and compared, and some of them are built, so that a small machine can tell.</remarks>
internal sealed class BackupRehearsal(BackupFile file, CheckedBackup backup, IProgress<BackupProgress> progress, TimeProvider time)
{
    private const int Samples = 1000;

    private readonly int _step = Math.Max(1, CountOf(backup) / Samples);
    private readonly DeviceReferences _references = new(CountOf(backup));
    private readonly BackupProblems _problems = new();
    private readonly HashSet<string> _users = new(StringComparer.Ordinal); // of the devices that are built
    private readonly Dictionary<string, string> _cells = new(StringComparer.Ordinal); // that devices are of, and one of these
    private readonly List<(string Domain, string Cell)> _domains = [];
    private int _devices;

    /// <exception cref="NewerSchemaException">A record is of a newer form.</exception>
    public BackupVerdict Run(CancellationToken cancellationToken)
    {
        var view = Build(cancellationToken);
        CheckNetwork(view);
        CheckDevices(view, cancellationToken);
        var (asked, answered) = AskForRoutes(view);
        return new(backup.Summary, _devices, asked, answered, _problems.All);
    }

    private static int CountOf(CheckedBackup backup) => (int)backup.Summary.Counts.GetValueOrDefault(StateKeys.Folders.Devices.TrimEnd('/'));

    private NetworkView Build(CancellationToken cancellationToken)
    {
        var view = new NetworkView();
        foreach (var page in Pages("rebuilding", cancellationToken))
        {
            var changes = page.Select(r => new StateEntry(r.Key, r.Value!.Value, 1, 1, 0)).Where(IsBuilt).Select(e => new StateChange(e.Key, e)).ToList();
            view = view.Apply(backup.Keys, new(1, changes), out _);
        }

        return view;
    }

    /// <summary>Takes note of a record, and says whether it is in the view; what cannot be read is, so that it is counted there.</summary>
    private bool IsBuilt(StateEntry entry)
    {
        var path = entry.Key[backup.Keys.Prefix.Length..];
        try
        {
            switch (path[..(path.IndexOf('/', StringComparison.Ordinal) + 1)])
            {
                case StateKeys.Folders.DeviceNames or StateKeys.Folders.DeviceTokens or StateKeys.Folders.DeviceCredentials:
                    _references.Add(entry.Key, Encoding.ASCII.GetString(entry.Value.Span));
                    return false;
                case StateKeys.Folders.Domains:
                    _domains.Add((path, Encoding.ASCII.GetString(entry.Value.Span)));
                    return false;
                case StateKeys.Folders.Devices:
                    return IsSample(DeviceRow.Of(StateJson.Read<DeviceRecord>(entry)));
                case StateKeys.Folders.Users:
                    var user = StateJson.Read<UserRecord>(entry).Id;
                    _references.AddUser(user);
                    return _users.Contains(user);
                case StateKeys.Folders.Usage:
                    return StateJson.Read<CoreUsageRecord>(entry) is null;
                case StateKeys.Folders.UsagePages:
                    return StateJson.Read<UsagePageRecord>(entry) is null;
                default:
                    return true;
            }
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private bool IsSample(in DeviceRow device)
    {
        var keys = backup.Keys;
        if (!_references.Resolve(device.Id, device.User, keys.DeviceName(device.User, device.Name), keys.DeviceToken(device.Token), keys.DeviceCredential(device.Credential)))
        {
            _problems.Add($"the device {device.Id} is not found by its name, token and credential as it should be");
        }

        _cells.TryAdd(device.Cell, device.Id);
        var isSample = _devices++ % _step == 0;
        if (isSample)
        {
            _users.Add(device.User);
        }

        return isSample;
    }

    private void CheckNetwork(NetworkView view)
    {
        foreach (var path in view.Unreadable)
        {
            _problems.Add($"{path} cannot be read");
        }

        if (view.Authorities.Values.Count(a => a.Signs) != 1)
        {
            _problems.Add("not exactly one root signs");
        }

        foreach (var node in view.Nodes.Values)
        {
            if (!view.Participants.ContainsKey(node.Participant))
            {
                _problems.Add($"the node {node.Id} is of the participant {node.Participant}, whom nothing describes");
            }

            if (node.Cell is { } cell && !view.Cells.ContainsKey(cell))
            {
                _problems.Add($"the node {node.Id} is of the cell {cell}, which nothing describes");
            }
        }

        foreach (var (domain, cell) in _domains.Where(d => !view.Cells.ContainsKey(d.Cell)))
        {
            _problems.Add($"{domain} is of the cell {cell}, which nothing describes");
        }
    }

    private void CheckDevices(NetworkView view, CancellationToken cancellationToken)
    {
        foreach (var (cell, device) in _cells.Where(c => !view.Cells.ContainsKey(c.Key)))
        {
            _problems.Add($"the device {device} is of the cell {cell}, which nothing describes");
        }

        if (_references.MissingDevices > 0)
        {
            _problems.Add($"names, tokens or credentials lead to {_references.MissingDevices} devices that are not there");
        }

        if (_references.MissingUsers > 0)
        {
            foreach (var device in Pages("searching", cancellationToken).SelectMany(p => p).Select(ReadDevice).OfType<DeviceRecord>().Where(d => _references.IsMissing(d.User)))
            {
                _problems.Add($"the device {device.Id} is of the user {device.User}, whom nothing describes");
            }
        }
    }

    private DeviceRecord? ReadDevice(StateWrite record)
    {
        try
        {
            return record.Key.StartsWith(backup.Keys.Prefix + StateKeys.Folders.Devices, StringComparison.Ordinal)
                ? StateJson.Read<DeviceRecord>(new StateEntry(record.Key, record.Value!.Value, 1, 1, 0))
                : null;
        }
        catch (InvalidDataException)
        {
            return null; // has been told already
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
            _problems.Add($"{asked - answered} of {asked} devices of cells with Cores get no route");
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
}

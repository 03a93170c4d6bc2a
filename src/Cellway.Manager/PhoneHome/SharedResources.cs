using System.Collections.Immutable;
using System.Net;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.PhoneHome;

/// <summary>What many nodes hold alike, made once for all of them and again only when it has changed. Immutable.</summary>
internal sealed class SharedResources
{
    private readonly ImmutableDictionary<string, CellResources> _cells;
    private readonly ImmutableDictionary<string, NameResources> _names;

    private SharedResources(
        NetworkView view, Resource trust, Resource entries, ImmutableDictionary<string, CellResources> cells, ImmutableDictionary<string, NameResources> names)
    {
        Revision = view.Revision;
        Trust = trust;
        Entries = entries;
        _cells = cells;
        _names = names;
    }

    /// <summary>Of the view they were made from.</summary>
    public long Revision { get; }

    public Resource Trust { get; }

    public Resource Entries { get; }

    public IEnumerable<string> Cells => _cells.Keys;

    /// <param name="before">What there was, to keep what has not changed.</param>
    /// <param name="view">What to make them from.</param>
    /// <param name="management">Where nodes find management.</param>
    /// <param name="certificates">Opens the keys that nodes show.</param>
    /// <param name="withEntries">Whether to look for new addresses of Entries.</param>
    public static SharedResources After(SharedResources? before, NetworkView view, IReadOnlyList<string> management, WebCertificates certificates, bool withEntries)
    {
        var cells = ImmutableDictionary.CreateBuilder<string, CellResources>(StringComparer.Ordinal);
        foreach (var cell in view.Cells.Values)
        {
            cells[cell.Id] = before?._cells.GetValueOrDefault(cell.Id) is { } same && ReferenceEquals(same.Record, cell)
                ? same
                : new(cell, view.Network?.PeriodDay ?? 1, certificates);
        }

        var names = ImmutableDictionary.CreateBuilder<string, NameResources>(StringComparer.Ordinal);
        foreach (var rotation in view.Rotations.Values)
        {
            names[rotation.Cell] = before?._names.GetValueOrDefault(rotation.Cell) is { } same && ReferenceEquals(same.Record, rotation) ? same : new(rotation);
        }

        var entries = before is null || withEntries ? EntriesOf(view) : before.Entries;
        return new(view, Same(before?.Trust, TrustOf(view, management)), Same(before?.Entries, entries), cells.ToImmutable(), names.ToImmutable());
    }

    public Resource? CoreCell(string? cell) => cell is not null ? _cells.GetValueOrDefault(cell)?.ForCores : null;

    /// <summary>What an Entry that serves this cell holds; <see langword="null"/> for a retired one. A compromised one still answers: that is how its apps learn where to go.</summary>
    public Resource? EntryCell(string cell) => _cells.GetValueOrDefault(cell)?.ForEntries;

    /// <summary>What Entries that serve this cell accept from clients.</summary>
    public Resource? EntryNames(string cell) => _cells.GetValueOrDefault(cell) is { IsOpen: true } ? _names.GetValueOrDefault(cell)?.OfEntries : null;

    /// <summary>What the cell's Cores accept from Entries, all of which may come to them.</summary>
    public Resource? ExitNames(string? cell) => cell is not null ? _names.GetValueOrDefault(cell)?.OfCores : null;

    /// <summary>The cells whose resources are not those of <paramref name="before"/>.</summary>
    public HashSet<string> CellsChangedSince(SharedResources before) =>
    [
        .. _cells.Where(c => before._cells.GetValueOrDefault(c.Key) != c.Value).Select(c => c.Key),
        .. before._cells.Keys.Where(id => !_cells.ContainsKey(id)),
    ];

    /// <summary>The cells whose names are not those of <paramref name="before"/>.</summary>
    public HashSet<string> NamesChangedSince(SharedResources before) =>
    [
        .. _names.Where(c => before._names.GetValueOrDefault(c.Key) != c.Value).Select(c => c.Key),
        .. before._names.Keys.Where(id => !_names.ContainsKey(id)),
    ];

    private static Resource Same(Resource? before, Resource now) => before is not null && before.Version == now.Version ? before : now;

    private static Resource TrustOf(NetworkView view, IReadOnlyList<string> management) => Resources.Of(Resources.Trust, r =>
    {
        r.Trust = new();
        r.Trust.Roots.AddRange(view.Authorities.Values.OrderBy(a => a.Generation).Select(a => ByteString.CopyFrom(a.Certificate)));
        r.Trust.RevokedKeyHashes.AddRange(view.RevokedKeys.Values.Distinct().Order(StringComparer.Ordinal).Select(h => ByteString.CopyFrom(Convert.FromHexString(h))));
        r.Trust.Management.AddRange(management);
        r.Trust.Mirrors.AddRange(view.Network?.Mirrors ?? []);
        if (view.Trust is { } signed)
        {
            r.Trust.Statement = ByteString.CopyFrom(signed.Statement);
            r.Trust.Signatures.AddRange(signed.Signatures.Select(s => ByteString.CopyFrom(s)));
        }
    });

    private static Resource EntriesOf(NetworkView view) => Resources.Of(Resources.CoreEntries, r =>
    {
        var known = view.Sessions.Values
            .Where(s => view.Nodes.TryGetValue(s.Node, out var node) && node.Role == Role.Entry && node.State != NodeState.Revoked)
            .SelectMany(s => (view.Nodes[s.Node].Addresses ?? []).Append(s.ObservedAddress))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        r.EntryAddresses = new();
        r.EntryAddresses.Addresses.AddRange(known.Select(a => ByteString.CopyFrom(IPAddress.Parse(a).GetAddressBytes())));
    });

    private sealed class CellResources
    {
        private readonly Lazy<Resource> _forCores;
        private readonly Lazy<Resource>? _forEntries;

        // Lazy: a key is opened only for a node that shows it, and one that cannot be opened stops nobody else.
        public CellResources(CellRecord cell, int periodDay, WebCertificates certificates)
        {
            Record = cell;
            _forCores = new(() => CoreCellOf(cell, periodDay, certificates));
            _forEntries = cell.State != CellState.Retired ? new(() => EntryCellOf(cell, certificates)) : null;
        }

        public CellRecord Record { get; }

        /// <summary>Whether clients may come to it.</summary>
        public bool IsOpen => _forEntries is not null;

        public Resource ForCores => _forCores.Value;

        public Resource? ForEntries => _forEntries?.Value;

        private static Resource CoreCellOf(CellRecord cell, int periodDay, WebCertificates certificates) => Resources.Of(Resources.CoreCell, r =>
            r.CoreCell = new() { CellId = cell.Id, ExitDomain = cell.ExitDomain, Certificate = certificates.Open(cell, cell.ExitCertificate), PeriodDay = (uint)periodDay });

        private static Resource EntryCellOf(CellRecord cell, WebCertificates certificates) => Resources.Of(Resources.EntryCell(cell.Id), r =>
            r.EntryCell = new()
            {
                CellId = cell.Id,
                EntryDomain = cell.EntryDomain,
                Certificate = certificates.Open(cell, cell.EntryCertificate),
                SubscriptionPath = cell.SubscriptionPath,
            });
    }
}

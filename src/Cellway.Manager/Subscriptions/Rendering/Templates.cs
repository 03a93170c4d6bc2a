using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>The documents rendered since the cells last changed. Thread-safe.</summary>
internal sealed class Templates
{
    /// <summary>Cells times formats times fingerprints: bounded, because a document of a large network is large.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private volatile Generation? _current;

    /// <summary>The document for a device; rendered now if it is the first of its kind.</summary>
    public Template Get(NetworkView view, in TemplateKey key, DateTimeOffset now)
    {
        var generation = CurrentFor(view, now);
        return generation.Made.TryGetValue(key, out var made) ? made : Make(generation, view, key, now);
    }

    /// <summary>Which of the cells' fingerprints a device gets: always the same ones, and nobody can choose.</summary>
    public int VariantOf(NetworkView view, in DeviceRow device, DateTimeOffset now)
    {
        Span<byte> hash = stackalloc byte[Hash256.Length];
        device.Credential.CopyTo(hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)CurrentFor(view, now).Variants);
    }

    private static Template Make(Generation generation, NetworkView view, in TemplateKey key, DateTimeOffset now)
    {
        var access = DeviceAccess.Of(view, key.Home, key.Variant, key.Notice, DeviceSecrets.Placeholders, now);
        var template = TemplateMaker.Make(access, key.Format);
        if (Interlocked.Add(ref generation.Bytes, template.Size) <= MaxBytes)
        {
            generation.Made.TryAdd(key, template);
        }

        return template;
    }

    private Generation CurrentFor(NetworkView view, DateTimeOffset now)
    {
        var current = _current;
        if (current is not null && current.IsOf(view) && now >= current.From && now < current.Until)
        {
            return current;
        }

        var until = view.Cells.Keys.Select(c => AnnouncedName.ChangesAt(view, c, now)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        return _current = new(view, DeviceAccess.Variants(view), now, until);
    }

    private sealed class Generation(NetworkView view, int variants, DateTimeOffset from, DateTimeOffset until)
    {
        private readonly ImmutableDictionary<string, CellRecord> _cells = view.Cells;
        private readonly ImmutableDictionary<string, RotationRecord> _rotations = view.Rotations;
        private readonly NetworkRecord? _network = view.Network;

        public int Bytes;

        public int Variants => variants;

        public DateTimeOffset From => from;

        public DateTimeOffset Until => until;

        public ConcurrentDictionary<TemplateKey, Template> Made { get; } = new();

        public bool IsOf(NetworkView now) => ReferenceEquals(_cells, now.Cells) && ReferenceEquals(_rotations, now.Rotations) && ReferenceEquals(_network, now.Network);
    }
}

namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>How a literal field announces itself. Servers differ in this, so it is part of what they look like.</summary>
internal enum HpackForm
{
    /// <summary>0x00: literal without indexing. nginx uses it for names it has no static index for.</summary>
    WithoutIndexing = 0x00,

    /// <summary>0x10: literal that no intermediary may index.</summary>
    NeverIndexed = 0x10,

    /// <summary>0x40: literal with incremental indexing. nginx uses it with a static name index; its peers' table is set to size 0 or ignored.</summary>
    Incremental = 0x40,
}

namespace Cellway.DataPlane.Http2.Frames;

/// <summary>One setting as it goes over the wire.</summary>
internal readonly record struct Http2Setting(SettingId Id, uint Value)
{
    /// <summary>Bytes of one setting.</summary>
    public const int Size = 6;
}

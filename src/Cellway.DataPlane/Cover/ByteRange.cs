namespace Cellway.DataPlane.Cover;

/// <param name="Start">The first byte.</param>
/// <param name="End">The byte behind the last one.</param>
internal readonly record struct ByteRange(int Start, int End)
{
    /// <summary>How many bytes.</summary>
    public int Length => End - Start;
}

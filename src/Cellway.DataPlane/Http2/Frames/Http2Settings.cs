using System.Buffers.Binary;

namespace Cellway.DataPlane.Http2.Frames;

/// <summary>The settings in force for one direction.</summary>
internal sealed record Http2Settings
{
    /// <summary>The window every connection starts with, and every stream unless a setting says otherwise.</summary>
    public const int DefaultWindow = 65_535;

    /// <summary>No window may pass this.</summary>
    public const int MaxWindow = int.MaxValue;

    /// <summary>Decoder table, in bytes.</summary>
    public uint HeaderTableSize { get; init; } = 4096;

    /// <summary>Streams the other side may have open; unlimited until said otherwise.</summary>
    public uint MaxConcurrentStreams { get; init; } = int.MaxValue;

    /// <summary>Credit of a new stream, in bytes.</summary>
    public int InitialWindowSize { get; init; } = DefaultWindow;

    /// <summary>Largest payload, in bytes.</summary>
    public int MaxFrameSize { get; init; } = FrameHeader.DefaultMaxLength;

    /// <summary>Applies the settings of one frame, in order.</summary>
    /// <returns>The new settings, or null with the error to close the connection with.</returns>
    public Http2Settings? Apply(ReadOnlySpan<byte> payload, out Http2ErrorCode error, out bool tableSizeSeen)
    {
        error = Http2ErrorCode.NoError;
        tableSizeSeen = false;
        var result = this;
        for (; payload.Length >= Http2Setting.Size; payload = payload[Http2Setting.Size..])
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload);
            var value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            tableSizeSeen |= id == SettingId.HeaderTableSize;
            var next = result.With(id, value);
            if (next is null)
            {
                error = id == SettingId.InitialWindowSize ? Http2ErrorCode.FlowControlError : Http2ErrorCode.ProtocolError;
                return null;
            }

            result = next;
        }

        return result;
    }

    /// <summary>These settings with one more applied; null when the value is out of range.</summary>
    public Http2Settings? With(SettingId id, uint value) => id switch
    {
        SettingId.HeaderTableSize => this with { HeaderTableSize = value },
        SettingId.EnablePush => value <= 1 ? this : null,
        SettingId.MaxConcurrentStreams => this with { MaxConcurrentStreams = value },
        SettingId.InitialWindowSize => value <= MaxWindow ? this with { InitialWindowSize = (int)value } : null,
        SettingId.MaxFrameSize => value is >= FrameHeader.DefaultMaxLength and <= FrameHeader.MaxLength
            ? this with { MaxFrameSize = (int)value }
            : null,
        _ => this,
    };
}

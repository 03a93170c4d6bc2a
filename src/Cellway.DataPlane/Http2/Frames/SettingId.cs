namespace Cellway.DataPlane.Http2.Frames;

/// <summary>Settings, RFC 9113 section 6.5.2. Unknown ones are ignored.</summary>
internal enum SettingId : ushort
{
    /// <summary>Size of the decoder's table, in bytes.</summary>
    HeaderTableSize = 1,

    /// <summary>Whether pushes are wanted.</summary>
    EnablePush = 2,

    /// <summary>How many streams the receiver of the setting may have open.</summary>
    MaxConcurrentStreams = 3,

    /// <summary>Credit of every new stream, in bytes.</summary>
    InitialWindowSize = 4,

    /// <summary>Largest payload accepted, in bytes.</summary>
    MaxFrameSize = 5,

    /// <summary>Largest header list accepted, in bytes.</summary>
    MaxHeaderListSize = 6,
}

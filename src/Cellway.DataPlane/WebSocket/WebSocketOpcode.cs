namespace Cellway.DataPlane.WebSocket;

/// <summary>What a frame is (RFC 6455, 5.2).</summary>
internal enum WebSocketOpcode : byte
{
    /// <summary>More of the message before.</summary>
    Continuation = 0,

    /// <summary>Text; here data like any other.</summary>
    Text = 1,

    /// <summary>Data.</summary>
    Binary = 2,

    /// <summary>The end of a direction.</summary>
    Close = 8,

    /// <summary>Asks for a pong.</summary>
    Ping = 9,

    /// <summary>Answers a ping.</summary>
    Pong = 10,
}

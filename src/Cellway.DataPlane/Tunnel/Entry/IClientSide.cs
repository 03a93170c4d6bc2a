using System.Net;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The client's end of a tunnel, whatever it is carried by. Both directions are gRPC messages here.</summary>
/// <remarks>
/// Every method may be called from any thread, from callbacks too, and never blocks. What the client does is told to the
/// tunnel's handler under the rules of <see cref="StreamHandler"/>, whose <see cref="StreamHandler.Stream"/> only HTTP/2 sets.
/// </remarks>
internal interface IClientSide
{
    /// <summary>Where the client connects from.</summary>
    IPAddress From { get; }

    /// <summary>Both directions are over, or it was reset. Sends do nothing any more.</summary>
    bool IsClosed { get; }

    /// <summary>The path it asked for, without its query.</summary>
    string Path { get; }

    /// <summary>The client's id is one of the network's: it is no stranger.</summary>
    void Recognize();

    /// <summary>A Core has taken the tunnel: from now on its handler is another, and it gets a tunnel's window.</summary>
    void Accept(StreamHandler splice);

    /// <summary>Answers as the site does, as far as nothing has been answered yet.</summary>
    /// <param name="atHead">The site would have answered at the request's head, while its body was still open.</param>
    void Refuse(bool atHead);

    /// <summary>Sends the head of the response.</summary>
    void SendHead();

    /// <summary>Sends messages, cut anywhere.</summary>
    /// <returns>False when it is over, or was reset just now because too much waits.</returns>
    bool SendData(ReadOnlySpan<byte> messages);

    /// <summary>Ends our direction well, after what waits.</summary>
    void SendEnd();

    /// <summary>Ends the tunnel at once, so that it does not look whole. The handler is not called back.</summary>
    void Reset(Http2ErrorCode code);

    /// <summary>Gives back received bytes that have left.</summary>
    void Credit(int bytes);
}

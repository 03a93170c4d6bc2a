namespace Cellway.DataPlane.Http1;

/// <summary>Limits and timers of HTTP/1. Every default is nginx's.</summary>
internal sealed record Http1Options
{
    /// <summary>client_header_buffer_size: where a request's head lies as long as it is small, in bytes.</summary>
    public int HeaderBuffer { get; init; } = 1024;

    /// <summary>large_client_header_buffers, the number: how many large buffers one head may take.</summary>
    public int LargeBuffers { get; init; } = 4;

    /// <summary>large_client_header_buffers, the size: the longest line, in bytes.</summary>
    public int LargeBufferSize { get; init; } = 8192;

    /// <summary>client_header_timeout: for the whole head of a request, from the first byte or the connection's start.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>keepalive_timeout: between two requests.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>keepalive_time: no connection is kept for another request when it is older.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>keepalive_requests: how many requests one connection carries.</summary>
    public int MaxRequests { get; init; } = 1000;

    /// <summary>lingering_timeout: between two pieces of a body nobody wants.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>lingering_time: for all of such a body.</summary>
    public TimeSpan LingerTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>send_timeout: for a write to make progress.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

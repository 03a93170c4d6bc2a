namespace Cellway.DataPlane.Http2;

/// <summary>
/// A stretch of synchronous work on one thread after which every connection it touched is flushed, once. The reader and the
/// writer open one around callbacks; code outside callbacks may, to send several things in one write.
/// </summary>
/// <remarks>
/// Turns do not nest: an inner one joins the outer. So flushing, which can run other connections' callbacks, never recurses
/// deeper than one level, however many connections are spliced to each other. Never hold one across an await.
/// </remarks>
internal ref struct Turn : IDisposable
{
    [ThreadStatic]
    private static List<Http2Connection>? t_dirty;

    [ThreadStatic]
    private static bool t_open;

    private bool _outermost;

    /// <summary>Opens a turn on this thread.</summary>
    public static Turn Begin()
    {
        var outermost = !t_open;
        t_open = true;
        return new() { _outermost = outermost };
    }

    /// <summary>Flushes <paramref name="connection"/> when the turn ends, or now if there is none.</summary>
    internal static void Flush(Http2Connection connection)
    {
        if (t_open)
        {
            (t_dirty ??= []).Add(connection);
        }
        else
        {
            connection.Writer.Start();
        }
    }

    /// <summary>Ends the turn and flushes what it touched.</summary>
    public void Dispose()
    {
        if (!_outermost)
        {
            return;
        }

        _outermost = false;
        try
        {
            // Flushing may touch more connections: the list grows behind us.
            for (var i = 0; i < t_dirty?.Count; i++)
            {
                t_dirty[i].Writer.Start();
            }
        }
        finally
        {
            t_open = false;
            t_dirty?.Clear();
        }
    }
}

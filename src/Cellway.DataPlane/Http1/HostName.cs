namespace Cellway.DataPlane.Http1;

/// <summary>A host as nginx takes it from a <c>Host</c> header or a target.</summary>
internal static class HostName
{
    /// <returns>The host in lower case, without port and final dot; <see langword="null"/> when nginx calls it invalid.</returns>
    public static string? Parse(string text)
    {
        var length = text.Length;
        var port = false;
        var literal = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '.' when i > 0 && text[i - 1] == '.':
                    return null;
                case '[' when i == 0:
                    literal = true;
                    break;
                case ']' when literal && !port:
                    length = i + 1;
                    literal = false;
                    port = true; // whatever follows is not part of the name
                    break;
                case ':' when !literal && !port:
                    length = i;
                    port = true;
                    break;
                case '/' or <= ' ' or '\x7f':
                    return null;
            }
        }

        if (length > 0 && text[length - 1] == '.')
        {
            length--;
        }

        return length == 0 ? null : text[..length].ToLowerInvariant();
    }
}

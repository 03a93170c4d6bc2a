using System.Diagnostics.CodeAnalysis;
using Cellway.Model.State;
using Cellway.State.Etcd;
using Cellway.State.Sqlite;

namespace Cellway.State;

/// <summary>Where a state is: <c>sqlite:PATH</c> or <c>etcd:https://a:2379,https://b:2379/prefix</c>.</summary>
public sealed class StateStoreUrl
{
    private const string SqliteScheme = "sqlite:";
    private const string EtcdScheme = "etcd:";

    private readonly Uri[] _endpoints = [];
    private readonly string _prefix = "";

    private StateStoreUrl(string file) => File = file;

    private StateStoreUrl(Uri[] endpoints, string prefix)
    {
        _endpoints = endpoints;
        _prefix = prefix;
    }

    /// <summary>The file of an SQLite state; <see langword="null"/> for etcd.</summary>
    public string? File { get; }

    /// <summary>The state in a file.</summary>
    public static StateStoreUrl Sqlite(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(Path.GetFullPath(path));
    }

    /// <summary>Reads what a person wrote.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="url">Where that is.</param>
    /// <param name="why">Otherwise: what is wrong, and how to write it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out StateStoreUrl? url, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(text);
        (url, why) = text switch
        {
            SqliteScheme or EtcdScheme => (null, $"“{text}” names no place"),
            _ when text.StartsWith(SqliteScheme, StringComparison.Ordinal) => (Sqlite(text[SqliteScheme.Length..]), null),
            _ when text.StartsWith(EtcdScheme, StringComparison.Ordinal) => ParseEtcd(text[EtcdScheme.Length..]),
            _ => (null, $"“{text}” is no place for a state"),
        };
        if (why is not null)
        {
            why += ": write sqlite:PATH or etcd:https://HOST:PORT,https://HOST:PORT/PREFIX (the prefix may be left out).";
        }

        return url is not null;
    }

    /// <summary>Opens the store. A file that is missing is made.</summary>
    /// <param name="etcdCredentials">Directory of the client's credential; needed for etcd over https.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">It cannot be opened; the message says why and what to do.</exception>
    public async Task<IStateStore> OpenAsync(string? etcdCredentials, TimeProvider time, CancellationToken cancellationToken) => File is { } path
        ? await SqliteStateStore.OpenAsync(path, new(), time, cancellationToken)
        : await EtcdStateStore.OpenAsync(
            new() { Endpoints = _endpoints, Prefix = _prefix, Credentials = etcdCredentials }, time, cancellationToken);

    /// <inheritdoc/>
    public override string ToString() =>
        File is { } path ? SqliteScheme + path : EtcdScheme + string.Join(',', _endpoints.Select(e => e.GetLeftPart(UriPartial.Authority))) + _prefix;

    private static (StateStoreUrl? Url, string? Why) ParseEtcd(string text)
    {
        var parts = text.Split(',');
        var endpoints = new Uri[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Uri.TryCreate(parts[i], UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            {
                return (null, $"“{parts[i]}” is not a URL of an etcd member");
            }

            if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || (i < parts.Length - 1 && uri.AbsolutePath != "/"))
            {
                return (null, $"“{parts[i]}” has more than scheme, host and port");
            }

            if (uri.IsDefaultPort && !parts[i].Contains($":{uri.Port}", StringComparison.Ordinal))
            {
                return (null, $"“{parts[i]}” has no port (etcd's own is 2379)");
            }

            endpoints[i] = uri;
        }

        var prefix = endpoints[^1].AbsolutePath.TrimEnd('/');
        endpoints[^1] = new(endpoints[^1].GetLeftPart(UriPartial.Authority));
        return (new(endpoints, prefix), null);
    }
}

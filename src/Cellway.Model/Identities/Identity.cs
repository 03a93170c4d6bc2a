using System.Diagnostics.CodeAnalysis;

namespace Cellway.Model.Identities;

/// <summary>Who a certificate speaks for: <c>cellway://&lt;network&gt;/&lt;role&gt;/&lt;id&gt;</c>, carried as a URI SAN.</summary>
/// <param name="Network">The network's id.</param>
/// <param name="Role">What the holder is.</param>
/// <param name="Id">The holder's id, unique within network and role.</param>
public sealed record Identity(string Network, Role Role, string Id)
{
    /// <summary>The URI scheme of every identity.</summary>
    public const string Scheme = "cellway";

    /// <summary>Reads the one canonical form; anything else (other case, escapes, query, extra segments) is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out Identity? identity)
    {
        identity = null;
        if (uri is null || !uri.StartsWith(Scheme + "://", StringComparison.Ordinal))
        {
            return false;
        }

        var parts = uri[(Scheme.Length + 3)..].Split('/');
        if (parts.Length != 3 || !Names.IsId(parts[0]) || !Names.IsId(parts[2]) || RoleOf(parts[1]) is not { } role)
        {
            return false;
        }

        identity = new(parts[0], role, parts[2]);
        return true;
    }

    /// <summary>The URI.</summary>
    public override string ToString() => $"{Scheme}://{Network}/{NameOf(Role)}/{Id}";

    private static string NameOf(Role role) => role switch
    {
        Role.Management => "management",
        Role.Core => "core",
        Role.Entry => "entry",
        Role.Operator => "operator",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    private static Role? RoleOf(string name) => name switch
    {
        "management" => Role.Management,
        "core" => Role.Core,
        "entry" => Role.Entry,
        "operator" => Role.Operator,
        _ => null,
    };
}

using System.Security.Claims;
using Cellway.Model.Identities;

namespace Cellway.Manager.Access;

/// <summary>The roles as endpoints name them.</summary>
internal static class RoleNames
{
    public const string Core = "core";
    public const string Entry = "entry";
    public const string Operator = "operator";

    public static string Of(Role role) => role switch
    {
        Role.Core => Core,
        Role.Entry => Entry,
        Role.Operator => Operator,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "does not call management"),
    };

    /// <summary>The id in the caller's certificate.</summary>
    public static string IdOf(ClaimsPrincipal caller) =>
        caller.FindFirstValue(CallerAuthentication.IdClaim) ?? throw new InvalidOperationException("This endpoint must not be open to nobody.");
}

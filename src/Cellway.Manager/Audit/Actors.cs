using System.Security.Claims;
using Cellway.Manager.Access;

namespace Cellway.Manager.Audit;

/// <summary>The names of those who act.</summary>
internal static class Actors
{
    public static string Replica(string id) => $"replica/{id}";

    public static string Planner(string name) => $"planner/{name}";

    public static string Token(string id) => $"token/{id}";

    public static string Pod(string name) => $"pod/{name}";

    /// <summary>Whoever has shown a certificate that counts.</summary>
    public static string Of(ClaimsPrincipal caller) => $"{caller.FindFirstValue(ClaimTypes.Role)}/{RoleNames.IdOf(caller)}";
}

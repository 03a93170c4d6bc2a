using System.Security.Cryptography;
using System.Text;

namespace Cellway.Manager.Bot.Talking;

/// <summary>Names in buttons, which have room for little: a long one becomes the beginning of its hash.</summary>
internal static class ShortName
{
    private const int Longest = 24;

    public static string Of(string name) => name.Length <= Longest ? name : $"~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";

    /// <returns>The name that this is short for, if it is among them.</returns>
    public static string? Find(string shortName, IEnumerable<string> among) => among.FirstOrDefault(n => Of(n) == shortName);
}

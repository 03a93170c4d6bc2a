using Cellway.Model.Nodes;

namespace Cellway.Testing.Histories;

/// <summary>The words for facts, used by those who ask for them and by those who find them in the store.</summary>
public static class Facts
{
    public const string Leader = "leader";
    public const string Made = "made";
    public const string Gone = "gone";
    public const string Disabled = "disabled";
    public const string Enabled = "enabled";

    public static string Device(string id) => $"device {id}";

    /// <summary>A user's name for a device, which the client chooses and knows also without an answer.</summary>
    public static string DeviceName(string user, string name) => $"device name {user}/{name}";

    public static string Credential(string hash) => $"credential {hash}";

    public static string Token(string id) => $"token {id}";

    public static string Spending(string token) => $"spending of {token}";

    public static string Spent(JoinTokenSpending spent) => $"{spent.Node} {spent.KeyHash}";

    public static (string Node, string KeyHash) ReadSpending(string value) => value.Split(' ') is [var node, var keyHash] ? (node, keyHash) : (value, "");

    public static string Node(string id) => $"node {id}";

    public static string Endpoint(string endpoint) => $"endpoint {endpoint}";
}

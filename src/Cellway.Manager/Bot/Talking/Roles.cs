namespace Cellway.Manager.Bot.Talking;

/// <summary>What a person is to the network. One person may be several.</summary>
[Flags]
internal enum Roles
{
    Guest = 1,
    User = 2,
    Participant = 4,
    Operator = 8,
    Everybody = Guest | User | Participant | Operator,
}

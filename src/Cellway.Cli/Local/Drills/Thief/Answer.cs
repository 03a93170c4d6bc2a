namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What came back.</summary>
/// <param name="Gained">Whether it is of use to whoever asked.</param>
/// <param name="CameBack">In a few words.</param>
internal readonly record struct Answer(bool Gained, string CameBack)
{
    public static Answer Refused(string how) => new(false, how);

    public static Answer Got(string what) => new(true, what);
}

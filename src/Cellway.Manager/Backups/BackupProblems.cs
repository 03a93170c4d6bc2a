namespace Cellway.Manager.Backups;

/// <summary>What does not fit together: the first problems in words, the rest as a number.</summary>
internal sealed class BackupProblems
{
    private const int Most = 20;

    private readonly List<string> _first = [];
    private int _more;

    public IReadOnlyList<string> All => _more == 0 ? _first : [.. _first, $"and {_more} more"];

    public void Add(string problem)
    {
        if (_first.Count < Most)
        {
            _first.Add(problem);
        }
        else
        {
            _more++;
        }
    }
}

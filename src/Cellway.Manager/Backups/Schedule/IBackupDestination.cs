namespace Cellway.Manager.Backups.Schedule;

/// <summary>Where backups are put. Failures are <see cref="IOException"/>s whose message says what to do.</summary>
internal interface IBackupDestination
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>The names of the files there.</summary>
    IReadOnlyList<string> List();

    /// <summary>Puts a file there, and takes others away.</summary>
    Task PutAsync(string file, string name, Func<IReadOnlyList<string>, IReadOnlyList<string>> expired, CancellationToken cancellationToken);
}

using System.Globalization;
using Cellway.Manager.Backups;

namespace Cellway.Cli.Commands;

/// <summary>Says how far a backup is: a bar on a terminal, else a line for every tenth part. On standard error, so that scripts read the result alone.</summary>
internal sealed class BackupBar(TextWriter to, bool terminal) : IProgress<BackupProgress>
{
    private const int Width = 30;

    private string _step = "";
    private int _shown = -1;

    public static BackupBar OnStandardError() => new(Console.Error, !Console.IsErrorRedirected);

    public void Report(BackupProgress value)
    {
        var parts = terminal ? 100 : 10;
        var reached = (int)(value.Done * parts / Math.Max(1, value.Total));
        if (value.Step == _step && reached <= _shown)
        {
            return;
        }

        if (value.Step != _step)
        {
            End();
            (_step, _shown) = (value.Step, terminal ? -1 : 0);
        }

        if (terminal)
        {
            var filled = Math.Min(Width, reached * Width / parts);
            to.Write(string.Create(CultureInfo.InvariantCulture, $"\r{_step,-10} [{new string('#', filled)}{new string('.', Width - filled)}] {Math.Min(100, reached),3} %"));
        }
        else if (reached > 0)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_step}: {value.Done} of {Math.Max(value.Done, value.Total)} records"));
        }

        _shown = reached;
    }

    /// <summary>Leaves the bar's line.</summary>
    public void End()
    {
        if (terminal && _shown >= 0)
        {
            to.WriteLine();
        }

        _shown = -1;
    }
}

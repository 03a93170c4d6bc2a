using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Cellway.Cli.Output;

/// <summary>Prints a result: JSON for scripts, tables for people.</summary>
internal sealed class Printer(bool json)
{
    public bool Json => json;

    public void Print<T>(T value, JsonTypeInfo<T> type, Action<T> forPeople)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(value, type));
        }
        else
        {
            forPeople(value);
        }
    }

    public static void Table<T>(IReadOnlyCollection<T> rows, string whenEmpty, params (string Title, Func<T, string?> Cell)[] columns)
    {
        if (rows.Count == 0)
        {
            AnsiConsole.WriteLine(whenEmpty);
            return;
        }

        var cells = rows.Select(row => columns.Select(c => c.Cell(row) ?? "–").ToArray()).ToList();
        var needed = 1 + columns.Select((c, i) => 3 + Math.Max(c.Title.Length, cells.Max(row => row[i].Length))).Sum();
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = Math.Max(needed, AnsiConsole.Profile.Width); // a file is as wide as it has to be
        }

        if (needed > AnsiConsole.Profile.Width)
        {
            Cards([.. columns.Select(c => c.Title)], cells);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (title, _) in columns)
        {
            table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in cells)
        {
            table.AddRow(row.Select(c => new Text(c)));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>A UTC time, to the minute.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);

    // A terminal too narrow for the table: a wrapped one could not be read.
    private static void Cards(string[] titles, List<string[]> rows)
    {
        var margin = titles.Max(t => t.Length);
        foreach (var row in rows)
        {
            for (var i = 0; i < titles.Length; i++)
            {
                AnsiConsole.WriteLine($"{titles[i].PadRight(margin)}  {row[i]}");
            }

            AnsiConsole.WriteLine();
        }
    }
}

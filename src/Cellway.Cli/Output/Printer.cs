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

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (title, _) in columns)
        {
            table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(columns.Select(c => new Text(c.Cell(row) ?? "–")));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>A UTC time, to the minute.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

using System.CommandLine;
using System.Text;
using Cellway.Cli.Commands;
using Cellway.CoreNode;
using Cellway.EntryNode;
using Cellway.Node.Configuration;

namespace Cellway.Tests.Node.Configuration;

/// <summary>docs/configuration.md is what the options say of themselves.</summary>
public sealed class SettingsPageTests
{
    /// <summary>With CELLWAY_WRITE_DOCS=1 the page is written instead of compared.</summary>
    [Fact]
    public void Page_IsWhatTheOptionsSay()
    {
        var page = Page();
        var path = Path.Combine(Root(), "docs", "configuration.md");
        if (Environment.GetEnvironmentVariable("CELLWAY_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # Settings

            Every setting of a server can come from three places; the first that says it counts: the command line, the environment, a file
            (`--config`, with lines like `CELLWAY_LISTEN=[::]:443`). A repeatable setting has its values separated by commas outside the command
            line. All settings that are wrong are told at once, in one line.

            This page is made from the options' own descriptions: `CELLWAY_WRITE_DOCS=1 ./test unit -- -class '*SettingsPage*'`.

            """);
        foreach (var (name, command) in new (string, Command)[] { ("core", CoreCommand.Create()), ("entry", EntryCommand.Create()), ("management", ManagementCommand.Create()), ("bot run", BotRunCommand.Create()) })
        {
            page.Append($"\n## {name}\n\n{command.Description}.\n\n| flag | environment, file | default | |\n|---|---|---|---|\n");
            foreach (var option in command.Options.OrderBy(o => o.Name, StringComparer.Ordinal))
            {
                page.Append($"| `{option.Name}` | `{SettingNames.VariableOf(option)}` | {Default(option)} | {option.Description} |\n");
            }
        }

        return page.ToString();
    }

    private static string Default(Option option) =>
        option.Name == "--state" ? "`/var/lib/cellway` in the images"
        : option is Option<string> { DefaultValueFactory: { } factory } && factory(null!) is { } text ? $"`{text}`"
        : option.ValueType == typeof(bool) ? "`false`" : "";

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Cellway.slnx")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}

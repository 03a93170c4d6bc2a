namespace Cellway.IntegrationTests.Bot;

/// <summary>Whole conversations, in both languages: what every role can do, and what it reads.</summary>
public sealed class ConversationTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "bot-scripts");

    public static TheoryData<string, string> Scripts
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory.EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                data.Add(Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileNameWithoutExtension(file));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_PlayedAgainstTheBot_ReadsAsWritten(string language, string name)
    {
        var script = ConversationScript.Parse(language, await File.ReadAllLinesAsync(Path.Combine(Folder, language, name + ".txt"), TestContext.Current.CancellationToken));
        await using var network = await BotNetwork.StartAsync();
        await using var runner = new ConversationRunner(network, language);
        try
        {
            await runner.PlayAsync(script);
        }
        finally
        {
            // To write a conversation: write what is done, “<” for each answer, and take the rest from here after reading it.
            if (Environment.GetEnvironmentVariable("CELLWAY_RECORD_CONVERSATIONS") is { Length: > 0 } folder)
            {
                await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, language)).FullName, name + ".txt"), runner.Record, CancellationToken.None);
            }
        }
    }

    [Fact]
    public void Scripts_OfBothLanguages_AreTheSame() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(Folder, "ru")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Folder, "en")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}

namespace Cellway.EndToEndTests;

public sealed class BadInputTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    [Theory]
    [InlineData(2, "--help", "cells")]
    [InlineData(2, "--help", "init")]
    [InlineData(1, "not a domain", "init", "--entry-domain", "Not A Domain", "--exit-domain", "cdn.a.example")]
    [InlineData(1, "two different domains", "init", "--entry-domain", "www.a.example", "--exit-domain", "www.a.example")]
    [InlineData(1, "host:port", "init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example", "--entry-address", "nonsense")]
    [InlineData(1, "cellway init", "management", "--node-listen", "127.0.0.1:0")]
    [InlineData(1, "--public", "management")]
    [InlineData(1, "not an address", "management", "--admin-listen", "here")]
    [InlineData(1, "write sqlite:PATH or etcd:", "management", "--node-listen", "127.0.0.1:0", "--store", "postgres://db")]
    [InlineData(1, "has no port", "management", "--node-listen", "127.0.0.1:0", "--store", "etcd:https://etcd.example")]
    [InlineData(1, "--etcd-credentials", "management", "--node-listen", "127.0.0.1:0", "--store", "etcd:https://127.0.0.1:1")]
    [InlineData(1, "majority", "management", "--node-listen", "127.0.0.1:0", "--store", "etcd:http://127.0.0.1:1")]
    [InlineData(1, "cellway init", "state", "copy", "--from", "sqlite:{home}/none.db", "--to", "sqlite:{home}/new.db")]
    [InlineData(1, "cellway init", "etcd", "certificate", "client", "--out", "{home}/client")]
    [InlineData(2, "--help", "etcd", "certificate", "member", "--out", "{home}/member")]
    [InlineData(1, "no operator credential", "status")]
    [InlineData(1, "cw1_", "core", "--state", "{home}/n", "--listen", "127.0.0.1:0", "--join-token", "hello")]
    [InlineData(1, "copy", "core", "--state", "{home}/n", "--listen", "127.0.0.1:0", "--join-token", "cw1_AAAA")]
    [InlineData(1, "join token", "core", "--state", "{home}/n", "--listen", "127.0.0.1:0")]
    [InlineData(1, "address:port", "entry", "--state", "{home}/n", "--listen", "somewhere")]
    [InlineData(1, "not an address range", "core", "--state", "{home}/n", "--listen", "127.0.0.1:0", "--allow-destination", "10.0.0.0/99")]
    [InlineData(1, "https", "connect", "http://127.0.0.1/x/y")]
    [InlineData(1, "URL", "connect", "not a url")]
    public async Task Command_BadInput_OneLineThatSaysWhatToDoAndNothingLeftBehind(int exitCode, string says, params string[] arguments)
    {
        var (code, _, error) = await CellwayProgram.RunAsync(
            _home.FullName, [.. arguments.Select(a => a.Replace("{home}", _home.FullName, StringComparison.Ordinal))]);

        Assert.Equal(exitCode, code);
        Assert.Contains(says, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        if (exitCode == 1)
        {
            Assert.Single(error.Trim().Split('\n'));
        }

        Assert.Empty(_home.EnumerateFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Init_UnwritableState_SaysSo()
    {
        var file = Path.Combine(_home.FullName, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var (code, _, error) = await CellwayProgram.RunAsync(
            _home.FullName, "init", "--state", Path.Combine(file, "below"), "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");

        Assert.Equal(1, code);
        Assert.Contains("--state", error, StringComparison.Ordinal);
        Assert.Single(_home.EnumerateFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Management_StateFileIsDamaged_SaysSoAndLeavesIt()
    {
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        var file = Assert.Single(_home.EnumerateFiles("state.db", SearchOption.AllDirectories)).FullName;
        var damaged = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        damaged.AsSpan(0, 64).Fill(0xFF);
        await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);

        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, "management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0");

        Assert.Equal(1, code);
        Assert.Contains("damaged", error, StringComparison.Ordinal);
        Assert.Contains("restore a backup", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Init_Twice_TheSecondIsRefusedAndTheFirstIsWhole()
    {
        string[] init = ["init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example"];
        var first = await CellwayProgram.JsonAsync(_home.FullName, init);
        var files = Files();

        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, init);
        Assert.Equal(1, code);
        Assert.Contains("already", error, StringComparison.Ordinal);

        (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, [.. init, "--profile", Path.Combine(_home.FullName, "other")]);
        Assert.Equal(1, code);
        Assert.Contains("already", error, StringComparison.Ordinal);
        Assert.Equal(files, Files());
        Assert.NotEmpty(first.GetProperty("network").GetString()!);

        List<string> Files() => [.. _home.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.FullName).Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Init_WithAPassphrase_ManagementNeedsTheSameOne()
    {
        var right = Path.Combine(_home.FullName, "right");
        var wrong = Path.Combine(_home.FullName, "wrong");
        await File.WriteAllTextAsync(right, "correct horse battery staple\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(wrong, "incorrect horse\n", TestContext.Current.CancellationToken);
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--passphrase-file", right, "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");

        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, "management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--passphrase-file", wrong);
        Assert.Equal(1, code);
        Assert.Contains("passphrase is wrong", error, StringComparison.Ordinal);

        using var management = CellwayProgram.Start(
            _home.FullName, "management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--passphrase-file", right, "--ready-file", Path.Combine(_home.FullName, "ready"));
        await CellwayProgram.ReadyAsync(management, Path.Combine(_home.FullName, "ready"));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
    }

    public void Dispose() => _home.Delete(recursive: true);
}

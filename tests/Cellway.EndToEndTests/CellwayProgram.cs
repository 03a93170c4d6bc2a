using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Cellway.EndToEndTests;

/// <summary>The built program, run as a person runs it, with everything it keeps in one directory.</summary>
internal static class CellwayProgram
{
    public static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "cellway");

    public static Task<(int ExitCode, string Out, string Error)> RunAsync(string home, params string[] arguments) => RunAsync(home, TimeSpan.FromMinutes(3), arguments);

    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(string home, TimeSpan limit, params string[] arguments)
    {
        using var process = Start(home, arguments);
        using var deadline = new CancellationTokenSource(limit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static async Task<JsonElement> JsonAsync(string home, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(home, [.. arguments, "--json"]);
        Assert.True(code == 0, $"cellway {string.Join(' ', arguments)} ended with {code}: {error}");
        return JsonDocument.Parse(output).RootElement;
    }

    public static Process Start(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        SetHome(start, home);
        return Start(start);
    }

    public static Process Start(ProcessStartInfo start)
    {
        var process = new Program { StartInfo = start };
        process.Start();
        return process;
    }

    /// <summary>Nothing may be read from, or left in, the real home.</summary>
    public static void SetHome(ProcessStartInfo start, string home)
    {
        start.Environment["XDG_DATA_HOME"] = home;
        start.Environment["CELLWAY_PROFILE"] = Path.Combine(home, "operator");
    }

    /// <summary>Waits for a server's ready file.</summary>
    public static async Task<Dictionary<string, string>> ReadyAsync(Process process, string file)
    {
        for (var i = 0; i < 3600; i++)
        {
            if (File.Exists(file))
            {
                return JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllBytesAsync(file))!;
            }

            Assert.False(process.HasExited, process.HasExited ? await process.StandardError.ReadToEndAsync() : "");
            await Task.Delay(50);
        }

        throw new TimeoutException("The program did not become ready within three minutes.");
    }

    /// <summary>What Ctrl-C does.</summary>
    public static async Task<int> InterruptAsync(Process process)
    {
        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [await IgnoresInterruptAsync(id) ? "-TERM" : "-INT", id]);
        await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    // A shell that starts these tests in the background has them, and all their children, ignore SIGINT for good.
    private static async Task<bool> IgnoresInterruptAsync(string id)
    {
        var status = await File.ReadAllLinesAsync($"/proc/{id}/status");
        var ignored = Convert.ToUInt64(status.Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim(), 16);
        return (ignored & 0b10) != 0; // bit n-1 is signal n; SIGINT is 2
    }

    /// <summary>A program that does not outlive the test that started it.</summary>
    private sealed class Program : Process
    {
        private bool _disposed;

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed && !HasExited)
            {
                Kill(entireProcessTree: true);
            }

            _disposed = true;
            base.Dispose(disposing);
        }
    }
}

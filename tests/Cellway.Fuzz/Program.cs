using System.Diagnostics;
using System.Globalization;

namespace Cellway.Fuzz;

/// <summary>Feeds changed inputs to parsers until the time is up or one of them breaks.</summary>
internal static class Program
{
    private const int MaxPool = 4096;

    public static int Main(string[] args)
    {
        var minutes = 1.0;
        var seed = Environment.TickCount;
        List<FuzzTarget> targets = [];
        for (var i = 0; i < args.Length; i++)
        {
            var next = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--minutes" && double.TryParse(next, NumberStyles.Float, CultureInfo.InvariantCulture, out minutes) && minutes > 0)
            {
                i++;
            }
            else if (args[i] == "--seed" && int.TryParse(next, NumberStyles.Integer, CultureInfo.InvariantCulture, out seed))
            {
                i++;
            }
            else if (FuzzTarget.All.FirstOrDefault(t => t.Name == args[i]) is { } target)
            {
                targets.Add(target);
            }
            else
            {
                Console.Error.WriteLine("Cellway.Fuzz [--minutes N] [--seed N] [target…]: N minutes per target, 1 by default, all targets by default.");
                Console.Error.WriteLine($"Targets: {string.Join(", ", FuzzTarget.All.Select(t => t.Name))}.");
                return 2;
            }
        }

        var failed = 0;
        foreach (var target in targets.Count > 0 ? targets : FuzzTarget.All)
        {
            failed += Run(target, TimeSpan.FromMinutes(minutes), seed) ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }

    private static bool Run(FuzzTarget target, TimeSpan time, int seed)
    {
        var mutator = new Mutator(seed);
        List<byte[]> pool = [.. target.Seeds, .. FuzzCorpus.All().Where(c => c.Target == target.Name).Select(c => c.Input)];
        var seeds = pool.Count;
        var clock = Stopwatch.StartNew();
        long count = 0;
        for (; clock.Elapsed < time; count++)
        {
            var input = count < seeds ? pool[(int)count] : mutator.Next(pool, seeds);
            try
            {
                target.Check(input);
            }
            catch (Exception e)
            {
                Console.WriteLine($"{target.Name}: input {count} of seed {seed} is kept as {FuzzCorpus.Keep(target.Name, input)}");
                Console.WriteLine(e);
                return false;
            }

            // Now and then a changed input is changed further.
            if (count % 64 == 0)
            {
                if (pool.Count < seeds + MaxPool)
                {
                    pool.Add(input);
                }
                else
                {
                    pool[seeds + (int)(count / 64 % MaxPool)] = input;
                }
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{target.Name}: {count} inputs, {count / clock.Elapsed.TotalSeconds:F0}/s, seed {seed}, no failure"));
        return true;
    }
}

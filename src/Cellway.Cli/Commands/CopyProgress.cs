namespace Cellway.Cli.Commands;

/// <summary>Says how far a copy is, a line for every tenth part.</summary>
internal sealed class CopyProgress : IProgress<(int Done, int Total)>
{
    private int _tenths;

    public void Report((int Done, int Total) value)
    {
        var tenths = (int)(10L * value.Done / value.Total);
        if (tenths > _tenths)
        {
            _tenths = tenths;
            Console.Error.WriteLine($"{value.Done} of {value.Total} keys written");
        }
    }
}

using System.Globalization;

namespace Cellway.Node.PhoneHome;

/// <summary>How busy the machine is.</summary>
public static class SystemLoad
{
    /// <summary>The one-minute load average divided by the number of processors; 0 where the system does not say.</summary>
    public static double Read()
    {
        try
        {
            var text = File.ReadAllText("/proc/loadavg");
            return double.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture) / Environment.ProcessorCount;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

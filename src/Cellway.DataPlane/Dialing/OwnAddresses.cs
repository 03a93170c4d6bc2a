using System.Net;
using System.Net.NetworkInformation;

namespace Cellway.DataPlane.Dialing;

/// <summary>The addresses of this machine.</summary>
internal static class OwnAddresses
{
    public static IEnumerable<IPAddress> Find(IPAddress listen)
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Append(listen)
                .ToList();
        }
        catch (NetworkInformationException)
        {
            return [listen];
        }
    }
}

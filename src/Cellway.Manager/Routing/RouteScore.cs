using System.Numerics;

namespace Cellway.Manager.Routing;

/// <summary>How much a device and a Core suit each other: a number that every replica computes alike.</summary>
/// <remarks>Ids are random and made by management, so spreading well is all that is asked of it, and being cheap: a lookup ranks every Core of a cell.</remarks>
internal static class RouteScore
{
    /// <summary>An id as a number (FNV-1a, then mixed).</summary>
    public static ulong SeedOf(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in id)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash);
    }

    public static ulong Of(ulong device, ulong core) => Mix(device ^ BitOperations.RotateLeft(core, 32));

    /// <summary>Which part of all devices a device belongs to: 0 to 1023, and not the same for those that share a Core.</summary>
    public static int PartOf(ulong device) => (int)(Mix(device ^ 0x5bd1e9955bd1e995UL) >> 54);

    // MurmurHash3's 64-bit finalizer.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdUL;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return value ^ (value >> 33);
    }
}

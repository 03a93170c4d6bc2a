using System.Buffers.Binary;
using System.Security.Cryptography;
using Cellway.Model.Contracts;
using Google.Protobuf;

namespace Cellway.Manager.PhoneHome;

/// <summary>Makes resources: the version is a hash of the body, so that every replica gives the same body the same one.</summary>
internal static class Resources
{
    public const string Trust = "trust";
    public const string CoreCell = "core/cell";
    public const string CoreEntries = "core/entries";

    public static string EntryCell(string cell) => "entry/cells/" + cell;

    public static string EntryNames(string cell) => "names/entry/" + cell;

    public static string ExitNames(string cell) => "names/exit/" + cell;

    public static Resource Of(string name, Action<Resource> fill)
    {
        var resource = new Resource { Name = name };
        fill(resource);
        resource.Version = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(resource.ToByteArray()));
        return resource;
    }
}

using Cellway.Model.Contracts;

namespace Cellway.Manager.PhoneHome;

/// <summary>What a node is to hold.</summary>
internal interface INodeResources
{
    /// <summary>The name of every resource it may hold.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The version of the resource of that name, without making the resource; <see langword="null"/> when the node is to hold none.</summary>
    ulong? VersionOf(string name);

    /// <summary>The resource of that name; <see langword="null"/> when the node is to hold none.</summary>
    Resource? Find(string name);
}

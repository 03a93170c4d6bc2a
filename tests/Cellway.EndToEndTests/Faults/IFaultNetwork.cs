using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests.Faults;

/// <summary>What lies between replicas and members, and can stop carrying anything without a word.</summary>
internal interface IFaultNetwork : IAsyncDisposable
{
    /// <summary>For the report: what partitions are made of here.</summary>
    string Kind { get; }

    /// <summary>Address of a machine.</summary>
    string HostOf(string machine);

    /// <summary>Words before a program that shall run on that machine; each of them becomes the next.</summary>
    IReadOnlyList<string> LauncherOf(string machine);

    /// <summary>Where a replica finds the members.</summary>
    IReadOnlyList<Uri> EndpointsFor(string replica, EtcdCluster cluster);

    /// <summary>From now on nothing passes between a replica and these members; connections stay.</summary>
    Task PartitionAsync(string replica, IReadOnlyList<string> members);

    /// <summary>Ends every partition.</summary>
    Task HealAsync();
}

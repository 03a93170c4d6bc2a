namespace Cellway.Model.Nodes;

/// <summary>A pod of a Kubernetes cluster.</summary>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name, which another pod may have later.</param>
/// <param name="Uid">Its uid, which no other pod ever has.</param>
/// <param name="Worker">The Kubernetes node that it runs on.</param>
public sealed record PodIdentity(string Namespace, string Name, string Uid, string? Worker = null);

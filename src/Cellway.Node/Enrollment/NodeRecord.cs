namespace Cellway.Node.Enrollment;

/// <summary>What <c>node.json</c> holds.</summary>
internal sealed record NodeRecord(string Identity, IReadOnlyList<string> Management);

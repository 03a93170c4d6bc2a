namespace Cellway.Tests.CoreNode;

/// <summary>The process ends here.</summary>
internal sealed class KilledException : Exception;

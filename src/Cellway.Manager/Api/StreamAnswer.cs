namespace Cellway.Manager.Api;

/// <summary>The answer to a question on a stream.</summary>
/// <param name="Message">The answer.</param>
/// <param name="Lease">To be disposed once the answer has been written.</param>
internal readonly record struct StreamAnswer<T>(T Message, IDisposable? Lease = null);

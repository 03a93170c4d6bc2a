namespace Cellway.DataPlane.Http1;

/// <summary>The first line of a request.</summary>
/// <param name="Method">The method as sent.</param>
/// <param name="Target">Path and query as sent, byte for byte (Latin-1); of the absolute form only these.</param>
/// <param name="Host">The host of the absolute form, with its port; <see langword="null"/> otherwise.</param>
/// <param name="Version">The version.</param>
internal readonly record struct RequestLine(string Method, string Target, string? Host, HttpVersion Version);

namespace Cellway.DataPlane.Http1;

/// <param name="Name">In lower case; empty for the line that ends the head.</param>
/// <param name="Value">Without spaces around it.</param>
/// <param name="IsPlain">Made of letters, digits and hyphens; nginx ignores headers that are not.</param>
internal readonly record struct HeaderLine(string Name, string Value, bool IsPlain);

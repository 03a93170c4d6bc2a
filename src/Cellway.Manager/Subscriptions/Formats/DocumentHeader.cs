namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>A header that apps read.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Value">Visible ASCII and spaces.</param>
/// <param name="InBody">Whether some apps read it at the top of a link list too.</param>
internal readonly record struct DocumentHeader(string Name, string Value, bool InBody = true);

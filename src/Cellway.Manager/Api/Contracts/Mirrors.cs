namespace Cellway.Manager.Api;

/// <summary>Where nodes look for management when they find it nowhere.</summary>
/// <param name="Urls">Each answers with a notice that <c>POST /v1/mirrors/notice</c> has made.</param>
public sealed record MirrorList(IReadOnlyList<string> Urls);

/// <summary>Where management is.</summary>
/// <param name="Endpoints">host:port each; none: where its replicas are now.</param>
public sealed record MovedTo(IReadOnlyList<string>? Endpoints = null);

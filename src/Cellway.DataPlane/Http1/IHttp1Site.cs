using Cellway.DataPlane.Cover;

namespace Cellway.DataPlane.Http1;

/// <summary>What an HTTP/1 connection serves.</summary>
internal interface IHttp1Site
{
    /// <summary>Answers a request.</summary>
    ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken);

    /// <summary>Offers a request to whoever takes connections over.</summary>
    /// <returns>Who takes it; <see langword="null"/>, before anything was sent, when the site shall answer.</returns>
    IHttp1Takeover? TryTakeOver(Http1Request request, Http1Peer peer);
}

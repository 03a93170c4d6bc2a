using System.Net;

namespace Cellway.DataPlane.Http1;

/// <summary>Why a request is refused before any site sees it.</summary>
/// <param name="Status">The status of the page.</param>
/// <param name="Reason">What the page says beside the status.</param>
/// <param name="WithoutHead">HTTP/0.9: the page goes out bare.</param>
internal readonly record struct Http1Fault(HttpStatusCode Status, Http1Reason Reason = Http1Reason.None, bool WithoutHead = false);

using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Somebody who calls management.</summary>
/// <param name="Name">For people.</param>
/// <param name="Certificate">What they show; null for nothing.</param>
/// <param name="PassesAs">The role that they truly have; null for none.</param>
/// <param name="Bearer">What they send along, as if that counted.</param>
internal sealed record Caller(string Name, X509Certificate2? Certificate, string? PassesAs = null, string? Bearer = null);

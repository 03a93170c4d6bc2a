using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.Manager.Enrollment;

/// <summary>Why a join token is not accepted.</summary>
internal enum EnrollmentFault
{
    None,
    Unknown,
    Spent,
    Revoked,
    Expired,
    WrongRole,
    KeyRevoked,
}

/// <summary>How an enrollment ended.</summary>
/// <param name="Fault">Why not, or none.</param>
/// <param name="Certificate">The new certificate.</param>
/// <param name="Identity">Whom it speaks for.</param>
internal readonly record struct EnrollmentResult(EnrollmentFault Fault, X509Certificate2? Certificate, Identity? Identity);

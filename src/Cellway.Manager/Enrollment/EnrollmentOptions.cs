namespace Cellway.Manager.Enrollment;

/// <summary>Limits of enrollment.</summary>
public sealed record EnrollmentOptions
{
    /// <summary>How long a node's certificate lasts. Default 90 days; nodes renew seven days before the end.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long the key that spent a token may ask again, because the reply may have been lost. Default 10 minutes.</summary>
    public TimeSpan RepeatWithin { get; init; } = TimeSpan.FromMinutes(10);
}

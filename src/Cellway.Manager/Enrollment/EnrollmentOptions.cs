namespace Cellway.Manager.Enrollment;

/// <summary>Limits of enrollment.</summary>
public sealed record EnrollmentOptions
{
    /// <summary>How long a node's certificate lasts. Default 90 days; nodes renew seven days before the end.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How often a minute an address may be refused before it is not answered any more. Default 600: a provider's customers may share one.</summary>
    public int RefusalsPerAddress { get; init; } = 600;

    /// <summary>How often a minute a token may be refused. Default 200: machines that were made of one image may all have the same.</summary>
    public int RefusalsPerToken { get; init; } = 200;

    /// <summary>How long the key that spent a token may ask again, because the reply may have been lost. Default 10 minutes.</summary>
    public TimeSpan RepeatWithin { get; init; } = TimeSpan.FromMinutes(10);
}

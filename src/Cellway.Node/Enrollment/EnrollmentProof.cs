using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Cellway.Node.Enrollment;

/// <summary>By what a node is admitted: where to ask, whom to believe there, and the question.</summary>
/// <param name="Endpoints">Of management.</param>
/// <param name="RootKeyHash">The pin.</param>
/// <param name="AskAsync">Asks, on a connection that has proved itself.</param>
internal sealed record EnrollmentProof(
    IReadOnlyList<string> Endpoints, Hash256 RootKeyHash, Func<GrpcChannel, NodeKey, CancellationToken, Task<Credential>> AskAsync)
{
    public static EnrollmentProof Of(JoinToken token, NodeRole role) => new(token.Endpoints, token.RootKeyHash, async (channel, key, cancellationToken) =>
        await new Model.Contracts.Enrollment.EnrollmentClient(channel).EnrollAsync(
            new()
            {
                TokenId = ByteString.CopyFrom(token.Id),
                Secret = ByteString.CopyFrom(token.Secret),
                CertificateRequest = ByteString.CopyFrom(key.CreateRequest()),
                Role = role,
            },
            cancellationToken: cancellationToken));

    public static EnrollmentProof Of(PodEnrollmentOptions pod) => new(pod.Management, Hash256.Parse(pod.RootKeyHash), async (channel, key, cancellationToken) =>
        await new PodEnrollment.PodEnrollmentClient(channel).EnrollAsync(
            new() { ServiceAccountToken = await ReadAsync(pod.TokenFile, cancellationToken), CertificateRequest = ByteString.CopyFrom(key.CreateRequest()) },
            cancellationToken: cancellationToken));

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"The ServiceAccount token {file} cannot be read ({e.Message.TrimEnd('.')}): mount a projected one for the audience “cellway”.", e);
        }
    }
}

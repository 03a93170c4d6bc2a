using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Pki.Requesting;
using Cellway.Testing.Histories;
using Google.Protobuf;
using Grpc.Core;
using Identity = Cellway.Model.Identities.Identity;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Makes join tokens, races two keys for each on two replicas, and shows the winner's certificate to a third.</summary>
internal sealed class EnrollmentClient(string participant, IReadOnlyList<ReplicaCalls> replicas, HistoryRecorder recorder, Random random)
{
    private const int Tries = 6;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await MakeTokenAsync() is { } token)
            {
                using var one = NodeKey.New();
                using var other = NodeKey.New();
                var certificates = await Task.WhenAll(EnrollAsync(token, one), EnrollAsync(token, random.Next(3) == 0 ? one : other));
                foreach (var (node, certificate) in certificates.Where(c => c.Certificate is not null))
                {
                    await ShowAsync(node!, certificate!);
                    certificate!.Dispose();
                }
            }

            await Task.Delay(random.Next(50, 250), CancellationToken.None);
        }
    }

    /// <summary>A node's certificate, however long it takes.</summary>
    public async Task<(string Node, X509Certificate2 Certificate)> EnrollOneAsync()
    {
        var key = NodeKey.New();
        while (true)
        {
            if (await MakeTokenAsync() is { } token && await EnrollAsync(token, key) is { Node: { } node, Certificate: { } certificate })
            {
                return (node, certificate);
            }

            await Task.Delay(100);
        }
    }

    private ReplicaCalls Any => replicas[random.Next(replicas.Count)];

    private async Task<JoinToken?> MakeTokenAsync()
    {
        var (outcome, span, run, answer) = await Any.AdminAsync(HttpMethod.Post, "tokens", new { participant, role = "entry" });
        if (outcome != Outcome.Done)
        {
            return null; // its id is lost with the answer
        }

        Assert.True(JoinToken.TryParse(answer.GetProperty("token").GetString(), out var token, out _));
        recorder.Add(new WriteOperation(Facts.Token(IdOf(token)), Facts.Made, run, span, outcome));
        return token;
    }

    // As a node does: the same key again while no answer says how it stands.
    private async Task<(string? Node, X509Certificate2? Certificate)> EnrollAsync(JoinToken token, NodeKey key)
    {
        var request = new EnrollRequest
        {
            TokenId = ByteString.CopyFrom(token.Id),
            Secret = ByteString.CopyFrom(token.Secret),
            CertificateRequest = ByteString.CopyFrom(key.CreateRequest()),
            Role = NodeRole.Entry,
        };
        for (var i = 0; i < Tries; i++)
        {
            var (outcome, span, run, credential) = await Any.EnrollAsync(request);
            var node = credential is not null && Identity.TryParse(credential.Identity, out var identity) ? identity.Id : null;
            recorder.Add(new EnrollOperation(IdOf(token), key.KeyHash.ToString(), node, run, span, outcome));
            if (outcome != Outcome.Unknown)
            {
                using var issued = credential is null ? null : X509CertificateLoader.LoadCertificate(credential.Certificate.Span);
                return (node, issued is null ? null : key.Attach(issued));
            }

            await Task.Delay(500);
        }

        return default;
    }

    private async Task ShowAsync(string node, X509Certificate2 certificate)
    {
        var replica = Any;
        using var channel = replica.Connect(certificate);
        var (status, span, run) = await replica.ResolveAsync(new(channel), new byte[32]);
        recorder.Add(new AdmissionOperation(node, run, span, status switch { StatusCode.NotFound => true, null => null, _ => false }));
    }

    private static string IdOf(JoinToken token) => Convert.ToHexStringLower(token.Id);
}

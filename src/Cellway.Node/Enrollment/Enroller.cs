using Cellway.Model.Cells;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Enrollment;

/// <summary>Makes a machine a member of its network, once.</summary>
/// <remarks>
/// 1. Ask for the root whose key hash the token pins, on a connection that proves nothing.
/// 2. Open another that must show a management certificate of that root; only there send the secret.
/// </remarks>
public sealed class Enroller(NodeOptions options, TimeProvider time, ILogger<Enroller> logger)
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);

    /// <summary>The membership saved in the state directory, or else a new one for the join token.</summary>
    /// <exception cref="NodeStartException">It cannot be had; the message says what to do.</exception>
    public async Task<NodeMembership> EnsureAsync(CancellationToken cancellationToken)
    {
        options.EnsureValid();
        if (options.RequireVolume && !Mounts.Holds(options.StateDirectory))
        {
            throw new NodeStartException(
                $"No volume is mounted at {options.StateDirectory}, and the node's identity would end with this container: start it again with -v cellway:{options.StateDirectory}.") { IsFinal = true };
        }

        var state = NodeState.Open(options.StateDirectory);
        if (!state.HasJoined && options is { JoinToken: null, Pod: null })
        {
            throw new NodeStartException("This node has not joined a network yet: give it a join token (--join-token or CELLWAY_JOIN_TOKEN).") { IsFinal = true };
        }

        foreach (var file in state.CloseFiles())
        {
            HostingLog.WasOpen(logger, file);
        }

        var key = state.LoadOrCreateKey();
        if (NodeMembership.TryLoad(state, key, options.Role, time) is { } member)
        {
            return member;
        }

        var proof = Proof();
        var credential = await EnrollAsync(proof, key, cancellationToken);
        var membership = NodeMembership.Join(state, key, options.Role, proof.RootKeyHash, credential, time);
        EnrollmentLog.Joined(logger, options.Role.ToString(), membership.Identity.Id);
        return membership;
    }

    private EnrollmentProof Proof() =>
        options.Pod is { } pod ? EnrollmentProof.Of(pod)
        : JoinToken.TryParse(options.JoinToken?.Trim(), out var token, out var fault) ? EnrollmentProof.Of(token, options.Role)
        : throw new NodeStartException(fault.Describe());

    private async Task<Credential> EnrollAsync(EnrollmentProof proof, NodeKey key, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var backoff = new Backoff(options.MinBackoff, options.MaxBackoff);
        while (true)
        {
            var hopeless = 0; // endpoints that will say in a moment what they say now
            var last = "";
            for (var i = 0; i < proof.Endpoints.Count; i++)
            {
                try
                {
                    return await TryEndpointAsync(proof, proof.Endpoints[i], key, cancellationToken);
                }
                catch (StrangerException)
                {
                    hopeless++; // it proved nothing, so it is not believed either that the others would say the same
                    last = EnrollmentErrors.WrongPin;
                }
                catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
                {
                    last = Unreachable.Explain(proof.Endpoints[i], e, out var noWay);
                    hopeless += noWay ? 1 : 0;
                    EnrollmentLog.EndpointFailed(logger, i + 1, e.StatusCode.ToString());
                }
            }

            var wait = backoff.Next();
            if (hopeless == proof.Endpoints.Count || time.GetElapsedTime(start) + wait > options.EnrollLimit)
            {
                throw new NodeStartException(last);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<Credential> TryEndpointAsync(EnrollmentProof proof, string address, NodeKey key, CancellationToken cancellationToken)
    {
        var endpoint = HostPort.Parse(address);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new CancellationTokenSource(AttemptLimit, time);
        await using var expiry = timer.Token.Register(attempt.Cancel);

        using var root = await FetchRootAsync(endpoint, proof.RootKeyHash, attempt.Token);
        var trust = new NetworkTrust(null, [root], []);
        var stranger = false;
        using var channel = ManagementChannels.Open(endpoint, options.BindAddress, null, (leaf, extra) =>
        {
            stranger = !trust.Verify(leaf, extra, PeerSide.Server, time, Role.Management).IsTrusted;
            return !stranger;
        });
        try
        {
            return await proof.AskAsync(channel, key, attempt.Token);
        }
        catch (RpcException) when (stranger)
        {
            throw new StrangerException();
        }
        catch (RpcException e) when (EnrollmentErrors.Permanent(e) is { } message)
        {
            throw new NodeStartException(message, e) { IsFinal = true }; // this server has proved itself: its word is final
        }
    }

    private async Task<X509Certificate2> FetchRootAsync(HostPort endpoint, Hash256 pin, CancellationToken cancellationToken)
    {
        using var channel = ManagementChannels.Open(endpoint, options.BindAddress, null, (_, _) => true);
        try
        {
            using var call = new Model.Contracts.Enrollment.EnrollmentClient(channel).RootsAsync(
                new RootsRequest { RootKeyHash = ByteString.CopyFrom(pin.ToArray()) }, cancellationToken: cancellationToken);
            ClockCheck.EnsureClose((await call.ResponseHeadersAsync).GetValue("date"), time.GetUtcNow());
            var reply = await call;
            var root = X509CertificateLoader.LoadCertificate(reply.Root.Span);
            if (PublicKeys.KeyHash(root) == pin)
            {
                return root;
            }

            root.Dispose();
            throw new StrangerException();
        }
        catch (CryptographicException)
        {
            throw new StrangerException();
        }
        catch (RpcException e) when (EnrollmentErrors.Permanent(e) is not null)
        {
            throw new StrangerException();
        }
    }

    /// <summary>A server that is not management of the token's network.</summary>
    private sealed class StrangerException : Exception;
}

using System.Security.Cryptography;
using Cellway.CoreNode;
using Cellway.EntryNode;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.LastGood;
using Cellway.Pki.Issuing;
using Google.Protobuf;

namespace Cellway.Fuzz.Targets;

/// <summary>What a node makes of whatever comes down the stream: it takes it or refuses it, and never believes a root that no root has signed.</summary>
internal static class PhoneHomeTarget
{
    private static readonly RootAuthority s_root = RootAuthority.Create(new StillTime());

    public static void Check(byte[] input)
    {
        ManagementMessage message;
        try
        {
            message = ManagementMessage.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        FuzzException.ThrowUnless(ManagementMessage.Parser.ParseFrom(message.ToByteArray()).Equals(message), "a message does not survive being written");
        if (message.Update is not { } update)
        {
            return;
        }

        var (state, _) = HeldState.Empty.After(update);
        FuzzException.ThrowUnless(HeldState.Empty.After(state.ToUpdate()).State.Resources.Count == state.Resources.Count, "a saved state is another one");
        var trust = new NodeTrust(new("net", [s_root.Certificate], []), [], _ => throw new FuzzException("a root was believed that no root has signed"));
        foreach (var resource in state.Resources.Values.Where(r => r.Trust is not null))
        {
            Tolerate(() => trust.Apply(resource.Trust));
        }

        FuzzException.ThrowUnless(trust.Current.Roots.Count == 1 && trust.Version == 0, "unsigned trust was taken");
        Tolerate(() => CoreFaces.Of(state.Resources.Values, []));
        Tolerate(() => EntryFaces.Of(state.Resources.Values, []));
    }

    // A refusal goes back to management with its reason; anything else would be a mistake.
    private static void Tolerate(Action apply)
    {
        try
        {
            apply();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            // Refused.
        }
    }
}

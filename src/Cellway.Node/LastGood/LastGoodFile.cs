using System.Security.Cryptography;
using Cellway.Model.Contracts;
using Cellway.Node.Enrollment;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.LastGood;

/// <summary>The last good state on disk, sealed under a key derived from the node's own: the file alone says nothing.</summary>
/// <remarks><c>version (1) | nonce (12) | tag (16) | AES-256-GCM of an Update that is a snapshot</c>.</remarks>
internal sealed class LastGoodFile(NodeMembership membership, ILogger<LastGoodFile> logger)
{
    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = 1 + NonceLength + TagLength;

    /// <summary>What was saved; empty when there is nothing usable.</summary>
    public HeldState Load()
    {
        try
        {
            var path = membership.State.LastGoodPath;
            if (!File.Exists(path))
            {
                return HeldState.Empty;
            }

            return HeldState.Empty.After(Update.Parser.ParseFrom(Open(File.ReadAllBytes(path)))).State;
        }
        catch (Exception e) when (e is CryptographicException or InvalidProtocolBufferException)
        {
            LastGoodLog.Damaged(logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LastGoodLog.Unreadable(logger, e.GetType().Name);
        }

        return HeldState.Empty;
    }

    /// <summary>Replaces what was saved. Failing is no reason to refuse the state: it is logged.</summary>
    public void Save(HeldState state)
    {
        try
        {
            PrivateFiles.Write(membership.State.LastGoodPath, Seal(state.ToUpdate().ToByteArray()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LastGoodLog.Unwritable(logger, e.GetType().Name);
        }
    }

    /// <summary>When management was last heard; null when that was never saved.</summary>
    public DateTimeOffset? HeardAt
    {
        get
        {
            try
            {
                return File.Exists(membership.State.LastGoodPath) ? File.GetLastWriteTimeUtc(membership.State.LastGoodPath) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LastGoodLog.Unreadable(logger, e.GetType().Name);
                return null;
            }
        }
    }

    /// <summary>Remembers when, as the time of the file.</summary>
    public void SaveHeardAt(DateTimeOffset at)
    {
        try
        {
            if (File.Exists(membership.State.LastGoodPath))
            {
                File.SetLastWriteTimeUtc(membership.State.LastGoodPath, at.UtcDateTime);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LastGoodLog.Unwritable(logger, e.GetType().Name);
        }
    }

    private byte[] Seal(byte[] content)
    {
        var result = new byte[HeadLength + content.Length];
        result[0] = Format;
        RandomNumberGenerator.Fill(result.AsSpan(1, NonceLength));
        using var aes = Cipher();
        aes.Encrypt(result.AsSpan(1, NonceLength), content, result.AsSpan(HeadLength), result.AsSpan(1 + NonceLength, TagLength));
        return result;
    }

    private byte[] Open(byte[] stored)
    {
        if (stored.Length < HeadLength || stored[0] != Format)
        {
            throw new CryptographicException("Not a sealed state.");
        }

        var content = new byte[stored.Length - HeadLength];
        using var aes = Cipher();
        aes.Decrypt(stored.AsSpan(1, NonceLength), stored.AsSpan(HeadLength), stored.AsSpan(1 + NonceLength, TagLength), content);
        return content;
    }

    private AesGcm Cipher()
    {
        var key = membership.Key.Derive("cellway last good state");
        try
        {
            return new(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

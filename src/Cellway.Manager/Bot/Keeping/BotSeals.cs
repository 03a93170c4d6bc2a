using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cellway.Manager.Authority;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>People as the state may know them: by a keyed hash, where to write to them sealed, and what they wrote sealed for another purpose.</summary>
internal sealed class BotSeals(NetworkAuthority authority)
{
    private readonly byte[] _people = authority.DeriveKey("telegram people v1");
    private readonly byte[] _codes = authority.DeriveKey("telegram codes v1");

    public byte[] CallbackKey { get; } = authority.DeriveKey("telegram buttons v1");

    public string HashOf(long telegramId)
    {
        Span<byte> id = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(id, telegramId);
        return Convert.ToHexStringLower(HMACSHA256.HashData(_people, id));
    }

    public string HashOfCode(string code) => Convert.ToHexStringLower(HMACSHA256.HashData(_codes, Encoding.UTF8.GetBytes(code)));

    public byte[] SealChat(long chat)
    {
        Span<byte> id = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(id, chat);
        return authority.SealChat(id);
    }

    public long OpenChat(byte[] sealedChat) => BinaryPrimitives.ReadInt64BigEndian(authority.OpenChat(sealedChat));

    public byte[] Seal<T>(T words, JsonTypeInfo<T> type) => authority.SealWords(JsonSerializer.SerializeToUtf8Bytes(words, type));

    public T Open<T>(byte[] words, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(authority.OpenWords(words), type)!;

    public byte[] Seal(IReadOnlyDictionary<string, string> words) => Seal(words, BotJson.Default.IReadOnlyDictionaryStringString);

    public IReadOnlyDictionary<string, string> Open(byte[]? words) => words is null ? new Dictionary<string, string>() : Open(words, BotJson.Default.IReadOnlyDictionaryStringString);
}

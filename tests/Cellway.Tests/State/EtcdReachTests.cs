using System.Text;
using Cellway.State.Etcd;
using Cellway.State.Etcd.Wire;
using CsCheck;
using Google.Protobuf;

namespace Cellway.Tests.State;

/// <summary>Scans with a stand-in for etcd that counts what it looks at: every key of each range.</summary>
public sealed class EtcdReachTests
{
    private const int Limit = 1000;

    [Fact]
    public void Next_AnyKeys_EachComesOnce() => Gen.OneOf(Gen.String[Gen.Char["ab/-z"], 1, 12], Gen.String[Gen.Char.AlphaNumeric, 1, 12]).Array[0, 300].Sample(texts =>
    {
        var keys = KeysOf(texts.Select(t => "/n/" + t));
        Assert.Equal(keys, Scan(keys, limit: 7).Found);
    });

    [Fact]
    public void Next_FoldersOfManyIds_LooksAtFewMoreKeysThanThereAre()
    {
        var random = new Random(1);
        string[] folders = ["a/", "device-names/user", "device-tokens/", "devices/", "network", "users/"];
        var keys = KeysOf(Enumerable.Range(0, 120_000).Select(i => $"/cellway/net/{folders[i % folders.Length]}{(char)('a' + random.Next(26))}{random.NextInt64():x16}"));

        var (found, looks, requests) = Scan(keys, Limit);

        Assert.Equal(keys.Count, found.Count);
        Assert.InRange(looks, keys.Count, 12L * keys.Count); // the first page's range is all of them; without guesses it would be 60 times
        Assert.InRange(requests, 120, 1000);
    }

    private static List<ByteString> KeysOf(IEnumerable<string> texts) =>
        [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(ByteString.CopyFromUtf8)];

    private static (List<ByteString> Found, long Looks, int Requests) Scan(List<ByteString> keys, int limit)
    {
        List<ByteString> found = [];
        var (looks, requests) = (0L, 0);
        var end = ByteString.CopyFromUtf8("/o");
        var (from, stop) = (ByteString.CopyFromUtf8("/"), end);
        while (true)
        {
            var range = keys.Where(k => k.Span.SequenceCompareTo(from.Span) >= 0 && k.Span.SequenceCompareTo(stop.Span) < 0).ToList();
            var page = new RangeResponse { More = range.Count > limit, Count = range.Count };
            page.Kvs.AddRange(range.Take(limit).Select(k => new KeyValue { Key = k }));
            found.AddRange(page.Kvs.Select(k => k.Key));
            (looks, requests) = (looks + range.Count, requests + 1);
            if (!page.More && stop == end)
            {
                return (found, looks, requests);
            }

            var before = from;
            (from, stop) = EtcdReach.Next(page, stop, end, limit);
            Assert.True(from.Span.SequenceCompareTo(before.Span) > 0 && stop.Span.SequenceCompareTo(from.Span) > 0, $"{Encoding.UTF8.GetString(from.Span)} to {Encoding.UTF8.GetString(stop.Span)}");
        }
    }
}

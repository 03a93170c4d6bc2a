using Cellway.Model.State;
using Cellway.State.Etcd.Wire;
using Google.Protobuf;

namespace Cellway.State.Etcd;

/// <summary>Our words in etcd's messages, and back.</summary>
/// <param name="prefix">Stands before every key in etcd and before none of ours.</param>
internal sealed class EtcdMessages(string prefix)
{
    private static readonly ByteString First = ByteString.CopyFrom(0);
    private static readonly ByteString Last = ByteString.CopyFrom(byte.MaxValue); // keys are text

    public RangeRequest Get(string key) => new() { Key = Key(key) };

    public TxnRequest Transaction(CheckedTransaction transaction)
    {
        var request = new TxnRequest();
        request.Compare.AddRange(transaction.Conditions.Select(c => new Compare
        {
            Result = Compare.Types.CompareResult.Equal, Target = Compare.Types.CompareTarget.Mod, Key = Key(c.Key), ModRevision = c.ModRevision,
        }));
        request.Success.AddRange(transaction.Writes.Select(w => w.Value is { } value
            ? new RequestOp { RequestPut = new() { Key = Key(w.Key), Value = UnsafeByteOperations.UnsafeWrap(value), Lease = w.LeaseId } }
            : new RequestOp { RequestDeleteRange = new() { Key = Key(w.Key) } }));
        return request;
    }

    public WatchRequest Watch(string under, long fromRevision)
    {
        var (from, end) = Range(under);
        return new()
        {
            CreateRequest = new() { Key = from, RangeEnd = end, StartRevision = fromRevision, ProgressNotify = true, Fragment = true },
        };
    }

    public StateEntry Entry(KeyValue stored) => new(KeyOf(stored), stored.Value.Memory, stored.CreateRevision, stored.ModRevision, stored.Lease);

    public StateChange Change(Event stored) =>
        stored.Type == Event.Types.EventType.Delete ? new(KeyOf(stored.Kv), null) : new(KeyOf(stored.Kv), Entry(stored.Kv));

    private ByteString Key(string key) => ByteString.CopyFromUtf8(prefix + key);

    private string KeyOf(KeyValue stored) => stored.Key.ToStringUtf8()[prefix.Length..];

    /// <summary>The keys under a prefix: the first that there may be, and what is after all of them.</summary>
    public (ByteString From, ByteString End) Range(string under)
    {
        var whole = prefix + under;
        return whole.Length == 0 ? (First, Last) : (ByteString.CopyFromUtf8(whole), ByteString.CopyFromUtf8(StateLimits.EndOf(whole)));
    }
}

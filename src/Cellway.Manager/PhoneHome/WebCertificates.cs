using System.Collections.Concurrent;
using Cellway.Manager.Authority;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Google.Protobuf;

namespace Cellway.Manager.PhoneHome;

/// <summary>Opens the sealed keys of web certificates for the nodes that show them, each once.</summary>
internal sealed class WebCertificates(NetworkAuthority authority)
{
    private readonly ConcurrentDictionary<WebCertificateRecord, WebCertificate> _opened = new(ReferenceEqualityComparer.Instance);

    public WebCertificate Open(CellRecord cell, WebCertificateRecord record)
    {
        if (_opened.TryGetValue(record, out var opened))
        {
            return opened;
        }

        if (_opened.Count > 1024)
        {
            _opened.Clear(); // records of earlier revisions; what is in use comes back at once
        }

        opened = new()
        {
            Chain = ByteString.CopyFromUtf8(record.Chain),
            PrivateKey = ByteString.CopyFrom(authority.OpenWebKey(record.SealedKey)),
        };
        return _opened.GetOrAdd(record, opened);
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace Cellway.DataPlane.Front;

/// <summary>Looks at the records that carry a ClientHello before SslStream does, and refuses junk the way OpenSSL 3.0 does.</summary>
/// <remarks>
/// SslStream closes without a word where OpenSSL under nginx sends an alert or waits, and does not see the server name of a hello
/// that is split over several records, as clients behind censors do it. So such a hello is put together first.
/// </remarks>
internal static class ClientHello
{
    /// <summary>No alert: the connection is just closed.</summary>
    public const byte NoAlert = 255;

    private const int HeaderLength = 5;
    private const int MaxRecord = 16_384;

    // What OpenSSL's read buffer takes behind a header: a record longer than that is refused before it has come.
    private const int MaxBuffered = MaxRecord + 320 + 3;
    private const int MaxHello = 131_396;
    private const int MaxEmptyRecords = 32;

    private const byte UnexpectedMessage = 10;
    private const byte RecordOverflow = 22;
    private const byte HandshakeFailure = 40;
    private const byte IllegalParameter = 47;
    private const byte DecodeError = 50;
    private const byte ProtocolVersion = 70;

    /// <summary>Goes through what the client has sent.</summary>
    /// <param name="input">All bytes so far.</param>
    /// <param name="whole">
    /// <see langword="null"/>, or one record that replaces the first <paramref name="length"/> bytes because they were several.
    /// </param>
    /// <param name="length">Done: bytes of the hello's records. More needed: how many bytes there must be to go on.</param>
    /// <param name="alert">Junk: the alert for it.</param>
    public static OperationStatus Read(ReadOnlySpan<byte> input, out byte[]? whole, out int length, out byte alert)
    {
        whole = null;
        alert = NoAlert;
        var records = 0;
        var hello = new ArrayBufferWriter<byte>();
        length = 0;
        while (true)
        {
            var record = input[length..];
            if (record.Length < HeaderLength)
            {
                length += HeaderLength;
                return OperationStatus.NeedMoreData;
            }

            if (records == 0 && (record[0] & 0x80) != 0 && record[2] == 1)
            {
                return RefuseSsl2(record, out length, out alert);
            }

            var body = BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
            if (record[1] != 3 || body > MaxBuffered)
            {
                alert = record[1] == 3 ? RecordOverflow : records == 0 ? NoAlert : ProtocolVersion;
                return OperationStatus.InvalidData;
            }

            if (record.Length < HeaderLength + body)
            {
                length += HeaderLength + body;
                return OperationStatus.NeedMoreData;
            }

            if (body > MaxRecord || record[0] != 22 || records++ > MaxEmptyRecords + hello.WrittenCount)
            {
                alert = body > MaxRecord ? RecordOverflow : UnexpectedMessage;
                return OperationStatus.InvalidData;
            }

            hello.Write(record.Slice(HeaderLength, body));
            length += HeaderLength + body;
            switch (Check(hello.WrittenSpan, out alert))
            {
                case OperationStatus.InvalidData:
                    return OperationStatus.InvalidData;
                case OperationStatus.Done:
                    whole = records > 1 && hello.WrittenCount <= MaxRecord ? RecordOf(hello.WrittenSpan) : null;
                    return OperationStatus.Done;
            }
        }
    }

    private static OperationStatus Check(ReadOnlySpan<byte> hello, out byte alert)
    {
        alert = NoAlert;
        if (hello.Length < 4)
        {
            return OperationStatus.NeedMoreData;
        }

        var size = (hello[1] << 16) | (hello[2] << 8) | hello[3];
        if (hello[0] != 1 || size > MaxHello)
        {
            alert = hello[0] != 1 ? UnexpectedMessage : IllegalParameter;
            return OperationStatus.InvalidData;
        }

        return hello.Length < 4 + size ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    private static OperationStatus RefuseSsl2(ReadOnlySpan<byte> record, out int length, out byte alert)
    {
        var body = BinaryPrimitives.ReadUInt16BigEndian(record) & 0x7fff;
        length = 2 + body;
        alert = body < 9 ? DecodeError
            : BinaryPrimitives.ReadUInt16BigEndian(record[3..]) < 0x0303 ? ProtocolVersion
            : HandshakeFailure;
        return body >= 9 && record.Length < length ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
    }

    private static byte[] RecordOf(ReadOnlySpan<byte> message) =>
        [22, 3, 1, (byte)(message.Length >> 8), (byte)message.Length, .. message];
}

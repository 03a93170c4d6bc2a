using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Model.Audit;
using Cellway.Model.State;

namespace Cellway.Manager.Audit;

/// <summary>Checks an exported audit log line by line: that no link was changed, left out or put in, and that the root vouches for the last one.</summary>
/// <param name="network">The network's id.</param>
/// <param name="roots">Its roots; the one that has signed must be among them.</param>
/// <param name="known">What was the newest link when it was last checked, if it was: it must still be there.</param>
public sealed class AuditVerifier(string network, IReadOnlyCollection<X509Certificate2> roots, AuditMark? known)
{
    private string _previous = AuditRecord.Nothing;
    private long _next;
    private bool _metKnown;
    private bool _ended;

    /// <summary>What is wrong, in words; <see langword="null"/> so far.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many links were read.</summary>
    public long Count => _next;

    /// <summary>The newest link; <see langword="null"/> when there is none.</summary>
    public AuditMark? Newest => _next == 0 ? null : new(_next - 1, _previous);

    /// <summary>The next line, without its end.</summary>
    /// <returns>Whether all is well so far.</returns>
    public bool Read(ReadOnlyMemory<byte> line)
    {
        if (Fault is null)
        {
            try
            {
                Fault = _ended ? "Something follows the signed end." : IsHead(line.Span) ? Close(line) : Link(line);
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Fault = $"Line {_next + 1} is not a link of an audit log.";
            }
        }

        return Fault is null;
    }

    /// <summary>After the last line.</summary>
    public bool Finish()
    {
        Fault ??= !_ended && (_next > 0 || known is not null) ? $"The signed end is missing after link {_next - 1}: links may have been cut off."
            : known is not null && !_metKnown ? $"Link {known.Sequence}, which was the newest one when this log was last verified, is gone: the log has been cut off or replaced."
            : null;
        return Fault is null;
    }

    private static bool IsHead(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("signature"u8))
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // No link either; reading it says so.
        }

        return false;
    }

    private string? Link(ReadOnlyMemory<byte> line)
    {
        var link = StateJson.Read<AuditRecord>(new("line", line, 0, 0, 0));
        if (link.Sequence != _next)
        {
            return $"Link {_next} is missing: after it comes {link.Sequence}.";
        }

        if (link.Previous != _previous)
        {
            return _next == 0 ? "The first link follows another one." : $"Link {_next - 1} has been changed: link {_next} was made after a different one.";
        }

        _previous = AuditChain.HashOf(line.Span);
        if (known?.Sequence == _next)
        {
            if (known.Hash != _previous)
            {
                return $"Link {_next} is not the one that was there when this log was last verified: the log has been replaced.";
            }

            _metKnown = true;
        }

        _next++;
        return null;
    }

    private string? Close(ReadOnlyMemory<byte> line)
    {
        _ended = true;
        var head = StateJson.Read<AuditHeadRecord>(new("line", line, 0, 0, 0));
        return head.Sequence != _next - 1 ? $"Links are cut off: the last one here is {_next - 1}, the signed end is of {head.Sequence}."
            : head.Hash != _previous ? $"Link {_next - 1} is not the one that the root has signed."
            : !AuditChain.IsSigned(network, head, roots) ? "The end is not signed by this network's root."
            : null;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;

namespace Cellway.Node.Enrollment;

/// <summary>The node's directory: <c>node.key</c>, <c>node.crt</c>, <c>roots.pem</c>, <c>node.json</c>, <c>last-good</c>.</summary>
/// <remarks><c>node.json</c> is written last: a node that has it has joined, and one that has not has nothing but a key, which the next attempt uses.</remarks>
public sealed class NodeState
{
    private readonly string _directory;

    private NodeState(string directory) => _directory = directory;

    /// <summary>Whether the node has joined a network.</summary>
    internal bool HasJoined => File.Exists(RecordPath);

    internal string LastGoodPath => Path.Combine(_directory, "last-good");

    private string KeyPath => Path.Combine(_directory, "node.key");

    private string CertificatePath => Path.Combine(_directory, "node.crt");

    private string RootsPath => Path.Combine(_directory, "roots.pem");

    private string RecordPath => Path.Combine(_directory, "node.json");

    /// <summary>Opens the directory, making it when it is not there.</summary>
    /// <exception cref="NodeStartException">It cannot be used; the message says what to do.</exception>
    public static NodeState Open(string directory)
    {
        var state = new NodeState(Path.GetFullPath(directory));
        state.Guard(() =>
        {
            PrivateFiles.EnsureDirectory(state._directory);

            // Written now, so that a read-only directory is told before a token is spent.
            var probe = Path.Combine(state._directory, ".probe");
            PrivateFiles.Write(probe, []);
            File.Delete(probe);
            return true;
        });
        return state;
    }

    /// <summary>Closes what others could read.</summary>
    /// <returns>Their names.</returns>
    internal IReadOnlyList<string> CloseFiles() => Guard(() => (IReadOnlyList<string>)[.. new[] { KeyPath, LastGoodPath }.Where(PrivateFiles.Close).Select(p => Path.GetFileName(p)!)]);

    /// <summary>The key that is there, or a new one.</summary>
    internal NodeKey LoadOrCreateKey() => Guard(() =>
    {
        if (!File.Exists(KeyPath))
        {
            var made = NodeKey.New();
            made.Save(KeyPath);
            return made;
        }

        return NodeKey.TryLoad(KeyPath, out var key) ? key : throw Damaged(KeyPath);
    });

    /// <summary>What was saved when the node joined; null when it has not.</summary>
    internal (NodeRecord Record, X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Roots)? TryLoad() => Guard(() =>
    {
        if (!HasJoined)
        {
            return default((NodeRecord, X509Certificate2, IReadOnlyList<X509Certificate2>)?);
        }

        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath), NodeJson.Default.NodeRecord) ?? throw Damaged(RecordPath);
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(RootsPath);
            return (record, X509Certificate2.CreateFromPem(File.ReadAllText(CertificatePath)), roots.ToArray());
        }
        catch (Exception e) when (e is JsonException or CryptographicException)
        {
            throw Damaged(_directory, e);
        }
    });

    internal void Save(NodeRecord record, X509Certificate2 certificate, IEnumerable<X509Certificate2> roots) => Guard(() =>
    {
        WriteRoots(roots);
        PrivateFiles.Write(CertificatePath, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
        PrivateFiles.Write(RecordPath, JsonSerializer.SerializeToUtf8Bytes(record, NodeJson.Default.NodeRecord));
        return true;
    });

    /// <summary>Other roots than it has enrolled with: without them a restart could not follow the network.</summary>
    internal void SaveRoots(IReadOnlyCollection<X509Certificate2> roots) => Guard(() =>
    {
        WriteRoots(roots);
        return true;
    });

    private void WriteRoots(IEnumerable<X509Certificate2> roots) =>
        PrivateFiles.Write(RootsPath, Encoding.ASCII.GetBytes(string.Concat(roots.Select(r => r.ExportCertificatePem() + "\n"))));

    private static NodeStartException Damaged(string path, Exception? cause = null)
    {
        var message = $"{path} is damaged: restore it from a backup, or move the directory away and join again with a new token.";
        return cause is null ? new(message) : new(message, cause);
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"The state directory {_directory} cannot be used ({e.Message}): give this user a directory of its own that it may read and write.", e);
        }
    }
}

using System.CommandLine;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;

namespace Cellway.Node.Hosting;

/// <summary>The command line that Entries and Cores have in common. Each option can also come from the environment, for containers.</summary>
public sealed class NodeCommandOptions
{
    private readonly NodeRole _role;
    private readonly Option<string> _state;
    private readonly Option<string?> _token;
    private readonly Option<string> _listen;
    private readonly Option<string?> _address;
    private readonly Option<string?> _bind;
    private readonly Option<string?> _network;
    private readonly Option<string?> _readyFile = new("--ready-file") { Description = "Write the bound endpoint here as JSON once it serves" };

    private readonly Option<string?> _certificateFiles = new("--certificate-files") { Description = "Directory to keep the web certificates in, for a web server beside this node: DOMAIN/fullchain.pem and DOMAIN/privkey.pem" };

    /// <summary>Options for one kind of node.</summary>
    /// <param name="role">What the program is.</param>
    public NodeCommandOptions(NodeRole role)
    {
        _role = role;
        _state = new("--state")
        {
            Description = "Directory for key, certificate and last good configuration (or CELLWAY_STATE)",
            DefaultValueFactory = _ => From("CELLWAY_STATE") ?? "/var/lib/cellway",
        };
        _token = new("--join-token")
        {
            Description = "Needed once, to join (or CELLWAY_JOIN_TOKEN, which other users of the machine cannot see in the process list)",
            DefaultValueFactory = _ => From("CELLWAY_JOIN_TOKEN"),
        };
        _listen = new("--listen")
        {
            Description = "Where to serve, address:port; port 0 takes a free one (or CELLWAY_LISTEN)",
            DefaultValueFactory = _ => From("CELLWAY_LISTEN") ?? "[::]:443",
        };
        _address = new("--address")
        {
            Description = "The public address, if it is not the one management sees (or CELLWAY_ADDRESS)",
            DefaultValueFactory = _ => From("CELLWAY_ADDRESS"),
        };
        _network = new("--source-network")
        {
            Description = "What to call the network that this node stands in, like a provider's name: incidents then say where something is blocked (or CELLWAY_SOURCE_NETWORK)",
            DefaultValueFactory = _ => From("CELLWAY_SOURCE_NETWORK"),
        };
        _bind = new("--bind")
        {
            Description = "Local address of outgoing connections to the network (or CELLWAY_BIND)",
            DefaultValueFactory = _ => From("CELLWAY_BIND"),
        };
    }

    /// <summary>Adds them all to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[_state, _token, _listen, _address, _bind, _network, _readyFile, _certificateFiles])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the person said.</summary>
    public NodeOptions Read(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return new()
        {
            Role = _role,
            StateDirectory = Path.GetFullPath(parsed.GetRequiredValue(_state)),
            JoinToken = parsed.GetValue(_token),
            Listen = parsed.GetRequiredValue(_listen),
            DeclaredAddress = parsed.GetValue(_address),
            BindAddress = parsed.GetValue(_bind),
            SourceNetwork = parsed.GetValue(_network),
            ReadyFile = parsed.GetValue(_readyFile),
            CertificateFiles = parsed.GetValue(_certificateFiles),
            SoftwareVersion = Software.Version,
        };
    }

    private static string? From(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

using System.CommandLine;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Cellway.Node.Configuration;

namespace Cellway.Node.Hosting;

/// <summary>The settings that Entries and Cores have in common.</summary>
public sealed class NodeCommandOptions
{
    private readonly NodeRole _role;
    private readonly Option<string> _state = new("--state") { Description = "Directory for key, certificate and last good configuration", DefaultValueFactory = _ => NodeOptions.DefaultStateDirectory };
    private readonly Option<bool> _volume = new("--require-volume") { Description = "Refuse a state directory in the container's own file system, which ends with the container. On in the images" };
    private readonly Option<string?> _token = new("--join-token") { Description = "Needed once, to join. Other users of a machine can see command lines: give it by the environment" };
    private readonly Option<string> _listen = new("--listen") { Description = "Where to serve, address:port; port 0 takes a free one", DefaultValueFactory = _ => "[::]:443" };
    private readonly Option<string?> _address = new("--address") { Description = "The public address, if it is not the one management sees" };
    private readonly Option<string?> _bind = new("--bind") { Description = "Local address of outgoing connections to the network" };
    private readonly Option<string?> _network = new("--source-network") { Description = "What to call the network that this node stands in, like a provider's name: incidents then say where something is blocked" };
    private readonly Option<string?> _cover = new("--cover") { Description = "Directory of the web site that strangers see" };
    private readonly Option<string?> _drain = new("--drain") { Description = "How long sessions may go on once the node stops; default 30s, in the images 8s, because Docker waits for 10" };
    private readonly Option<bool> _hold = new("--hold") { Description = "When the node cannot start, say why and wait instead of ending; for what restarts whatever ends. On in the images" };
    private readonly Option<string?> _renew = new("--renew-before") { Description = "How long before its end the certificate is renewed; default 7d, and at most half of its life" };
    private readonly Option<string?> _reissue = new("--reissue-within") { Description = "When another root issues, the node gets a new certificate at a moment of its own within this time; default 5m, so that not all of them ask at once" };
    private readonly Option<string?> _fresh = new("--trust-fresh-for") { Description = "How long without a word from management until the node says that its revocations may be old; default 1d" };
    private readonly Option<string?> _readyFile = new("--ready-file") { Description = "Write the bound endpoint here as JSON once it serves" };
    private readonly Option<string?> _certificateFiles = new("--certificate-files") { Description = "Directory to keep the web certificates in, for a web server beside this node: DOMAIN/fullchain.pem and DOMAIN/privkey.pem" };

    /// <summary>Settings for one kind of node.</summary>
    /// <param name="role">What the program is.</param>
    public NodeCommandOptions(NodeRole role) => _role = role;

    /// <summary>Adds them all to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[_state, _token, _listen, _address, _bind, _network, _cover, _drain, _hold, _volume, _renew, _reissue, _fresh, _readyFile, _certificateFiles])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the person said.</summary>
    public NodeOptions Read(SettingReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new()
        {
            Role = _role,
            StateDirectory = Path.GetFullPath(settings.Get(_state) is { Length: > 0 } state ? state : NodeOptions.DefaultStateDirectory),
            RequireVolume = settings.Get(_volume),
            JoinToken = settings.Get(_token),
            Listen = settings.Get(_listen) ?? "",
            DeclaredAddress = settings.Get(_address),
            BindAddress = settings.Get(_bind),
            SourceNetwork = settings.Get(_network),
            RenewBefore = settings.Duration(_renew, TimeSpan.FromDays(7)),
            ReissueWithin = settings.Duration(_reissue, TimeSpan.FromMinutes(5)),
            TrustFreshFor = settings.Duration(_fresh, TimeSpan.FromHours(24)),
            ReadyFile = settings.Get(_readyFile),
            CertificateFiles = settings.Get(_certificateFiles),
            SoftwareVersion = Software.Version,
        };
    }

    /// <summary>The directory of the web site for strangers.</summary>
    public string? Cover(SettingReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Get(_cover);
    }

    /// <summary>How long sessions may go on.</summary>
    public TimeSpan Drain(SettingReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Duration(_drain, NodeOptions.DefaultDrainLimit);
    }

    /// <summary>Whether a node that cannot start waits.</summary>
    public bool Hold(SettingReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Get(_hold);
    }
}

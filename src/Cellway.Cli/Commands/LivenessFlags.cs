using System.CommandLine;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;

namespace Cellway.Cli.Commands;

/// <summary>When Cores leave the routes and come back, as options of <c>cellway management</c>. Give every replica the same: each judges the Cores that are attached to it.</summary>
internal sealed class LivenessFlags
{
    private static readonly RoutingOptions Routing = new();
    private static readonly PhoneHomeOptions PhoneHome = new();

    private readonly Option<TimeSpan?> _offlineAfter = DurationOption.New("--offline-after", "A node that has said nothing for so long is offline; nodes say something every 10s; default 30s");
    private readonly Option<double?> _outShare = new("--out-share")
    {
        Description = "A Core leaves the routes when a greater part of the Entries that know it find that it carries nothing; default 0.5: most", HelpName = "0.5…0.95",
    };

    private readonly Option<TimeSpan?> _secondOpinion = DurationOption.New("--second-opinion-within", "How long another Entry's opinion is waited for when only one knows a Core; default 8s");
    private readonly Option<TimeSpan?> _settleAfter = DurationOption.New("--settle-after", "For how long a Core that was out must be found well before it carries sessions again; default 30s");
    private readonly Option<TimeSpan?> _returnAfter = DurationOption.New("--return-after", "How long a cell must be well before its devices begin to come home; default 60s");
    private readonly Option<TimeSpan?> _returnEvery = DurationOption.New("--return-every", "How often another eighth of them comes; default 30s");
    private readonly Option<double?> _loadedAbove = new("--loaded-above")
    {
        Description = "A Core with more load per processor gets half of the devices, above twice that a quarter; default 1.5", HelpName = "LOAD",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_offlineAfter, _outShare, _secondOpinion, _settleAfter, _returnAfter, _returnEvery, _loadedAbove])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was said about routes, checked.</summary>
    /// <exception cref="CliException">With every error.</exception>
    public RoutingOptions ReadRouting(ParseResult parsed)
    {
        var options = Routing with
        {
            OutShare = parsed.GetValue(_outShare) ?? Routing.OutShare,
            SecondOpinionWithin = parsed.GetValue(_secondOpinion) ?? Routing.SecondOpinionWithin,
            SettleAfter = parsed.GetValue(_settleAfter) ?? Routing.SettleAfter,
            ReturnAfter = parsed.GetValue(_returnAfter) ?? Routing.ReturnAfter,
            ReturnEvery = parsed.GetValue(_returnEvery) ?? Routing.ReturnEvery,
            LoadedAbove = parsed.GetValue(_loadedAbove) ?? Routing.LoadedAbove,
        };
        return options.Validate() is { Count: > 0 } errors ? throw new CliException(string.Join(' ', errors)) : options;
    }

    /// <summary>What was said about nodes, checked.</summary>
    /// <exception cref="CliException">With every error.</exception>
    public PhoneHomeOptions ReadPhoneHome(ParseResult parsed)
    {
        var options = PhoneHome with { OfflineAfter = parsed.GetValue(_offlineAfter) ?? PhoneHome.OfflineAfter };
        return options.Validate() is { Count: > 0 } errors ? throw new CliException(string.Join(' ', errors)) : options;
    }
}


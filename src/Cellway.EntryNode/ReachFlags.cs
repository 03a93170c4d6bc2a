using System.CommandLine;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Node.Configuration;

namespace Cellway.EntryNode;

/// <summary>How an Entry finds out which Cores carry sessions, as settings. Each comes from <see cref="ReachOptions"/>, which says what it is for.</summary>
internal sealed class ReachFlags
{
    private static readonly ReachOptions Default = new();

    private readonly Option<string?> _every = New("--try-every", "A connection to a Core in use that has been silent for so long is tried with a few bytes", Default.Every);
    private readonly Option<string?> _fullEvery = New("--try-fully-every", "How often a Core in use is tried with enough bytes to see a connection that freezes", Default.FullEvery);
    private readonly Option<string?> _answerWithin = New("--answer-within", "A try without progress for so long has failed", Default.AnswerWithin);
    private readonly Option<string?> _doubtAfter = New("--doubt-after", "A session whose Core has been silent for so long has its Core tried", Default.DoubtAfter);
    private readonly Option<string?> _slowAfter = New("--slow-after", "A Core that takes longer to answer a try is slow", Default.SlowAfter);
    private readonly Option<string?> _retryEvery = New("--retry-every", "How often a Core that carries nothing is tried again", Default.RetryEvery);
    private readonly Option<string?> _arrivalWindow = New("--arrival-window", "Over how long clients are counted to see whether they stay away", Default.ArrivalWindow);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_every, _fullEvery, _answerWithin, _doubtAfter, _slowAfter, _retryEvery, _arrivalWindow])
        {
            command.Options.Add(option);
        }
    }

    public ReachOptions Read(SettingReader settings) => Default with
    {
        Every = settings.Duration(_every, Default.Every),
        FullEvery = settings.Duration(_fullEvery, Default.FullEvery),
        AnswerWithin = settings.Duration(_answerWithin, Default.AnswerWithin),
        DoubtAfter = settings.Duration(_doubtAfter, Default.DoubtAfter),
        SlowAfter = settings.Duration(_slowAfter, Default.SlowAfter),
        RetryEvery = settings.Duration(_retryEvery, Default.RetryEvery),
        ArrivalWindow = settings.Duration(_arrivalWindow, Default.ArrivalWindow),
    };

    private static Option<string?> New(string name, string description, TimeSpan otherwise) =>
        new(name) { Description = FormattableString.Invariant($"{description}; default {otherwise.TotalSeconds:0}s") };
}

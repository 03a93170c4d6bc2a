using Cellway.Manager.Rotation;
using Cellway.Model.Cells;

namespace Cellway.Tests.Manager.Rotation;

/// <summary>One hop of a cell in simulated time: a leader that plans, machines with clocks of their own, and pushes that take their time.</summary>
/// <remarks>Times are true ones, which nobody here knows. What a machine knows and reads off its clock is all it acts on.</remarks>
internal sealed class RotationWorld
{
    private readonly HopOptions _hop;
    private readonly RotationOptions _options;
    private readonly RotationRule _rule;
    private readonly Random _random;
    private readonly Dictionary<string, DateTimeOffset?> _lives = new(StringComparer.Ordinal);
    private TimeSpan _leader;
    private DateTimeOffset? _withdrawnAt;
    private IReadOnlyList<ServiceName> _stored = [];
    private IReadOnlyList<ServiceName> _before = [];

    public RotationWorld(HopOptions hop, RotationOptions options, int seed, int machines)
    {
        (_hop, _options, _random) = (hop, options, new(seed));
        _rule = new(hop, options, new SeededRandom(seed));
        _leader = Skew();
        Machines = [.. Enumerable.Range(0, machines).Select(_ => new Machine(Skew()))];
        Write(_rule.Plan([], Now + _leader)); // machines get what there is when they first attach
        Machines.ForEach(m => m.Receive(Now));
    }

    public DateTimeOffset Now { get; private set; } = Samples.Now;

    public List<Machine> Machines { get; }

    /// <summary>Whether management is there at all.</summary>
    public bool IsManaged { get; set; } = true;

    public void Step(TimeSpan by)
    {
        Now += by;
        if (IsManaged)
        {
            if (_random.Next(50) == 0)
            {
                _leader = Skew(); // another replica leads
            }

            Write(_rule.Plan(_stored, Now + _leader));
        }

        foreach (var machine in Machines.Where(m => IsManaged && !m.IsCutOff))
        {
            machine.Receive(Now);
        }
    }

    public void RotateNow() => Write(_rule.RotateNow(_stored, Now + Skew()));

    public void Withdraw(TimeSpan grace)
    {
        _withdrawnAt = Now;
        Write(_rule.Withdraw(_stored, Now + Skew(), grace));
    }

    /// <summary>What somebody who asks management now is told: by a replica with a clock of its own, which may not have seen the last write yet.</summary>
    public string Announced() => ServiceName.Newest(_random.Next(2) == 0 || IsWithdrawalKnown ? _stored : _before, Now + Skew())!.Name;

    /// <summary>Names that some machine accepts although their life is past by every clock, and has been for long enough that everybody has heard.</summary>
    public IEnumerable<string> AcceptedInVain() =>
        Machines.SelectMany(m => m.Accepted(Now)).Where(name => _lives[name] + (2 * _options.ClockSkew) + _options.PushWithin < Now);

    // Of a withdrawal every replica hears in time; whatever else one has missed may do no harm.
    private bool IsWithdrawalKnown => Now > _withdrawnAt + _options.PushWithin;

    private TimeSpan Skew() => TimeSpan.FromSeconds(_random.Next(-(int)_options.ClockSkew.TotalSeconds, (int)_options.ClockSkew.TotalSeconds + 1));

    private void Write(IReadOnlyList<ServiceName> names)
    {
        if (ReferenceEquals(names, _stored))
        {
            return;
        }

        (_before, _stored) = (_stored.Count == 0 ? names : _stored, names);
        foreach (var name in names)
        {
            _lives[name.Name] = name.NotAfter;
        }

        Assert.InRange(names.Count, 1, RotationOptions.MaxNames);
        Assert.True(names[^1].AnnouncedAt >= Now - _options.ClockSkew + _options.Ahead, "less is planned than should be");
        foreach (var machine in Machines)
        {
            machine.Expect(Now + TimeSpan.FromSeconds(_random.Next((int)_options.PushWithin.TotalSeconds + 1)), names);
        }
    }

    /// <summary>A node: its clock, and the names it has been sent.</summary>
    internal sealed class Machine(TimeSpan skew)
    {
        private readonly Queue<(DateTimeOffset At, IReadOnlyList<ServiceName> Names)> _coming = new();
        private IReadOnlyList<ServiceName> _names = [];

        public bool IsCutOff { get; set; }

        public void Expect(DateTimeOffset at, IReadOnlyList<ServiceName> names) => _coming.Enqueue((at, names));

        public void Receive(DateTimeOffset now)
        {
            while (_names.Count == 0 || (_coming.TryPeek(out var next) && next.At <= now))
            {
                _names = _coming.Dequeue().Names;
            }
        }

        public IEnumerable<string> Accepted(DateTimeOffset now) => _names.Where(n => n.IsAccepted(now + skew)).Select(n => n.Name);

        /// <summary>As a server: whether it takes this name.</summary>
        public bool Accepts(string name, DateTimeOffset now) => _names.Any(n => n.Name == name && n.IsAccepted(now + skew));

        /// <summary>As a client of the next hop: what it asks for.</summary>
        public string Asks(DateTimeOffset now) => ServiceName.Newest(_names, now + skew)!.Name;
    }
}

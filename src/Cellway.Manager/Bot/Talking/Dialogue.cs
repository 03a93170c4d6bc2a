namespace Cellway.Manager.Bot.Talking;

/// <summary>One thing that people can do with the bot, and what it says on the way.</summary>
/// <remarks>
/// Each is called for one update of one person at a time. Whatever it writes goes through <see cref="Visit"/>, so that it is written
/// with the mark that the update was handled; it may be called again for the same update if somebody else wrote first.
/// </remarks>
internal abstract class Dialogue
{
    protected Dialogue() => Name = GetType().Name.Replace(nameof(Dialogue), "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Its name in buttons and in the state: short, and never changed.</summary>
    public abstract string Id { get; }

    /// <summary>Its name for people who read the audit log.</summary>
    public string Name { get; }

    /// <summary>The command that opens it, without the slash; <see langword="null"/>: only buttons do.</summary>
    public virtual string? Command => null;

    /// <summary>Who may. Nobody else gets as far as here.</summary>
    public abstract Roles For { get; }

    /// <summary>Whether somebody who is banned may all the same.</summary>
    public virtual bool EvenIfBanned => false;

    /// <summary>A button or the command.</summary>
    public abstract Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken);

    /// <summary>The answer to a question that <see cref="Visit.Ask"/> has put.</summary>
    public virtual Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The dialogue {Id} asks nothing.");

    /// <summary>The question that is open, as <see cref="Visit.Ask"/> has put it.</summary>
    public virtual Reply Question(Visit visit) => throw new InvalidOperationException($"The dialogue {Id} asks nothing.");
}

namespace Cellway.Manager.Bot.Keeping;

/// <summary>Somebody else has changed what was read: decide anew.</summary>
internal sealed class ChangedMeanwhileException : Exception;

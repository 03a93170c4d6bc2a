namespace Cellway.Tests.Manager.Accounting;

/// <summary>What becomes of a write.</summary>
internal enum StoreFault
{
    None,
    Lost,
    AnswerLost,
}

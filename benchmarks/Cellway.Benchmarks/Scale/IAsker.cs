namespace Cellway.Benchmarks.Scale;

/// <summary>Whoever asks by numbers.</summary>
internal interface IAsker
{
    /// <summary>There is an answer.</summary>
    void Answered(int number);

    /// <summary>There is none, or not what was expected.</summary>
    void Failed();
}

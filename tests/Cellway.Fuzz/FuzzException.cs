namespace Cellway.Fuzz;

/// <summary>Something that must hold for every input does not for this one.</summary>
public sealed class FuzzException(string message) : Exception(message)
{
    /// <summary>Throws unless it holds.</summary>
    public static void ThrowUnless(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzException(what);
        }
    }
}

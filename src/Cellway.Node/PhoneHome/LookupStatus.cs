namespace Cellway.Node.PhoneHome;

/// <summary>How a question to management ended.</summary>
public enum LookupStatus
{
    /// <summary>Management does not answer: go on with what is known.</summary>
    Unavailable,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>There is an answer.</summary>
    Found,
}

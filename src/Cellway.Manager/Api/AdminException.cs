namespace Cellway.Manager.Api;

/// <summary>An admin request that cannot be carried out. The message is one line for the person who made it.</summary>
public sealed class AdminException : Exception
{
    private AdminException(int status, string code, string message)
        : base(message)
    {
        Status = status;
        Code = code;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The same for programs: <c>invalid</c>, <c>not-found</c> or <c>conflict</c>.</summary>
    public string Code { get; }

    /// <summary>The request itself is wrong.</summary>
    public static AdminException Invalid(string message) => new(400, "invalid", message);

    /// <summary>Something it names does not exist.</summary>
    public static AdminException NotFound(string message) => new(404, "not-found", message);

    /// <summary>It contradicts what is there.</summary>
    public static AdminException Conflict(string message) => new(409, "conflict", message);
}

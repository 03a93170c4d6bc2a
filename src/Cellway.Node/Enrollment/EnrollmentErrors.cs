using Grpc.Core;

namespace Cellway.Node.Enrollment;

/// <summary>Management's distinct answers to a token, and what each means for the person at the terminal.</summary>
internal static class EnrollmentErrors
{
    /// <summary>The trailer that carries the code.</summary>
    public const string Trailer = "cellway-error";

    public const string WrongPin =
        "The server is not of the network that the join token is for (its root has another key): check the address in the token and ask for a new token.";

    /// <summary>The line for an answer that no repetition changes; null for one that may pass.</summary>
    public static string? Permanent(RpcException answer) => answer.Trailers.GetValue(Trailer) switch
    {
        "token-malformed" => "Management could not read the join token: copy it again, whole.",
        "token-unknown" => "Management does not know this join token: check that it is for this network, and ask for a new one.",
        "token-expired" => "The join token has expired: ask for a new one.",
        "token-spent" => "The join token has been used already, by another machine or with another key: ask for a new one.",
        "token-revoked" => "The join token has been revoked: ask the network's operator.",
        "wrong-role" => "The join token is for another kind of node: start the program that it is for, or ask for a new token.",
        "key-revoked" => "This node's key has been revoked: move its state directory away, so that it makes a new key, and join with this token again.",
        "pod-refused" => "Management does not admit this pod: check management's --kubernetes-namespace and --kubernetes-service-account, and that the token's audience is “cellway”.",
        "wrong-pin" => WrongPin,
        _ => answer.StatusCode switch
        {
            StatusCode.InvalidArgument or StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.NotFound
                or StatusCode.AlreadyExists or StatusCode.FailedPrecondition =>
                $"Management refused this node ({answer.StatusCode}): ask the network's operator.",
            StatusCode.Unimplemented => "The server does not answer as management does: check the address in the token.",
            _ => null,
        },
    };
}

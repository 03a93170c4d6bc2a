using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.State.Etcd;

/// <summary>etcd's errors (api/v3rpc/rpctypes/error.go) in the operator's words, and what each says about a write.</summary>
internal static class EtcdErrors
{
    private const string NoLeader = "etcdserver: no leader";
    private const string TooManyRequests = "etcdserver: too many requests";
    private const string NoSpace = "etcdserver: mvcc: database space exceeded";

    /// <summary>The call has certainly not been carried out, and another member, or this one a little later, may do it.</summary>
    public static bool IsNotSent(RpcException e) => e.Status switch
    {
        { StatusCode: StatusCode.Unavailable, Detail: NoLeader } => true, // refused before it is proposed
        { StatusCode: StatusCode.ResourceExhausted, Detail: TooManyRequests } => true,
        { DebugException: HttpRequestException http } => http.HttpRequestError is
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        { DebugException: OperationCanceledException { InnerException: TimeoutException } } => true, // SocketsHttpHandler.ConnectTimeout
        _ => false,
    };

    /// <summary>Another member may answer what this one did not. True for everything that is not etcd's own refusal.</summary>
    public static bool IsTransient(RpcException e) => IsNotSent(e) || e.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Aborted => true,
        _ => false,
    };

    /// <summary>What etcd refuses for good, or what kept the last of the members from answering.</summary>
    public static StateUnavailableException Failed(Uri endpoint, RpcException e) => e.Status switch
    {
        { StatusCode: StatusCode.ResourceExhausted, Detail: NoSpace } => new StateUnavailableException(
            "etcd is out of space and refuses writes; nothing was written. Compact and defragment every member, or raise --quota-backend-bytes, then “etcdctl alarm disarm”: see “store full” in the operations manual.", e),
        { StatusCode: StatusCode.PermissionDenied or StatusCode.Unauthenticated } => new StateUnavailableException(
            $"etcd at {endpoint} does not let this credential do that ({e.Status.Detail}). Use one that “cellway etcd certificate client” made, and give its name the role it needs if etcd has roles.", e),
        { StatusCode: StatusCode.DataLoss } => new StateUnavailableException(
            $"etcd at {endpoint} says that its data is corrupt ({e.Status.Detail}). Replace the member that differs, then “etcdctl alarm disarm”.", e),
        _ => new StateUnavailableException(
            $"etcd at {endpoint} did not answer: {Reason(e)}. Check that a majority of the members runs and can be reached from here.", e),
    };

    /// <summary>No answer to a write that was sent.</summary>
    public static StateUnavailableException Unknown(Uri endpoint, RpcException e) =>
        new($"etcd at {endpoint} did not say whether the write happened ({Reason(e)}): read before trying again.", e);

    /// <summary>The two sides do not believe each other, which waiting does not mend.</summary>
    public static EtcdStoreException Certificates(Uri endpoint, string why, Exception e) => new(
        $"etcd at {endpoint} and this program do not accept each other's certificates: {why}. Check that both come from this network (“cellway etcd certificate”), are not expired, and that the member's names the host in this address.", e);

    private static string Reason(RpcException e)
    {
        if (e.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded)
        {
            return "no answer in time"; // only our own clocks cancel: a caller's cancellation is not an error
        }

        var innermost = e.Status.DebugException;
        while (innermost?.InnerException is { } inner)
        {
            innermost = inner;
        }

        return (innermost?.Message ?? e.Status.Detail).TrimEnd('.');
    }
}

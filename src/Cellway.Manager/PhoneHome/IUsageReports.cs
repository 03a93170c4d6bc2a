using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>Takes in what Cores report to have carried.</summary>
internal interface IUsageReports
{
    /// <summary>Takes a report in, without waiting; a newer one of the same Core takes its place.</summary>
    /// <param name="core">Whose it is.</param>
    /// <param name="report">What it says.</param>
    /// <param name="answer">Called when the state has it, or when it does not fit.</param>
    /// <exception cref="RpcException">It is none.</exception>
    void Take(NodeRecord core, UsageReport report, Action<UsageAck> answer);
}

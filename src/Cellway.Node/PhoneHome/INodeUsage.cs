using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>What a node has carried, as a chain of reports of which one is out at a time.</summary>
public interface INodeUsage
{
    /// <summary>The report that is out, or a new one; null when management has everything.</summary>
    UsageReport? Report();

    /// <summary>Takes in management's answer.</summary>
    /// <returns>Whether <see cref="Report"/> is to be sent at once.</returns>
    bool Acknowledge(UsageAck ack);
}

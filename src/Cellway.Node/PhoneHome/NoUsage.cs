using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>For nodes that count nothing: Entries.</summary>
internal sealed class NoUsage : INodeUsage
{
    public UsageReport? Report() => null;

    public bool Acknowledge(UsageAck ack) => false;
}

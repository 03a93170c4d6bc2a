namespace Cellway.Node.PhoneHome;

/// <summary>The numbers a node reports with each heartbeat.</summary>
public interface INodeVitals
{
    /// <summary>As of now.</summary>
    NodeVitals Read();
}

using Cellway.Manager.View;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>Knows what devices have used and what they may.</summary>
internal interface IAllowances
{
    /// <summary>Of one device.</summary>
    Allowance Of(in DeviceRow device);
}

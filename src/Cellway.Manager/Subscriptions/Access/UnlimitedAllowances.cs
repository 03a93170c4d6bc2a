using Cellway.Manager.View;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>Nothing is counted and nothing limited.</summary>
internal sealed class UnlimitedAllowances : IAllowances
{
    public Allowance Of(in DeviceRow device) => default;
}

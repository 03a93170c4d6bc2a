using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>What participants still lend to strangers, as routing reads it.</summary>
internal static class ReserveLedger
{
    /// <summary>Bytes that a participant lends for the rest of the period; 0 when nothing is left, or nothing was ever lent.</summary>
    public static long RemainingOf(NetworkView view, string participant, DateTimeOffset now) =>
        view.Participants.TryGetValue(participant, out var record)
            ? Math.Max(0, record.ReserveBytesPerMonth - view.Usage.LentBy(participant, view.PeriodAt(now)).Total)
            : 0;

    /// <summary>
    /// Whether strangers may be routed to a participant's Cores: a function of the view alone, which changes with
    /// <see cref="ViewChanges.Participants"/>. The leader writes and takes away <see cref="SpentReserveRecord"/> within seconds of the bytes and of the period's end.
    /// </summary>
    public static bool Lends(NetworkView view, string participant) =>
        view.Participants.TryGetValue(participant, out var record) && record.ReserveBytesPerMonth > 0 && !view.SpentReserves.ContainsKey(participant);
}

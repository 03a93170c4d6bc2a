namespace Cellway.Manager.Subscriptions.Access;

/// <summary>How an app shows a notice: as the name of an entry, in both languages, because apps do not say theirs.</summary>
internal static class AccessNotices
{
    public static string Describe(this AccessNotice notice) => notice switch
    {
        AccessNotice.NoPath => "Сейчас нет доступных серверов, обновите позже / No server is open to you now, update later",
        AccessNotice.Expired => "Срок доступа истёк / Your access has expired",
        AccessNotice.TrafficUsedUp => "Трафик на этот месяц исчерпан / The traffic of this month is used up",
        AccessNotice.TooManyApps => "Слишком много приложений на этой подписке / Too many apps use this subscription",
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice, null),
    };
}

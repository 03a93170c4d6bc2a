using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>The page's words in one language.</summary>
internal sealed record PageTexts
{
    public required string Language { get; init; }

    public required string Ready { get; init; }

    public required IReadOnlyDictionary<AccessNotice, string> Notices { get; init; }

    public required string AddToApp { get; init; }

    public required string AddHint { get; init; }

    public required string NotListed { get; init; }

    public required string Link { get; init; }

    public required string LinkHint { get; init; }

    public required string Copy { get; init; }

    public required string Copied { get; init; }

    public required string QrLabel { get; init; }

    public required string QrHint { get; init; }

    public required string Usage { get; init; }

    public required string Used { get; init; }

    public required string Sent { get; init; }

    public required string Received { get; init; }

    public required string Limit { get; init; }

    public required string NoLimit { get; init; }

    public required string Expires { get; init; }

    public required string Never { get; init; }

    public required string Apps { get; init; }

    public required string Device { get; init; }

    public required string Changed { get; init; }

    public required string Mirrors { get; init; }

    public required string MirrorsHint { get; init; }

    public required string Help { get; init; }

    public required string HelpLink { get; init; }

    public required string HelpNone { get; init; }

    public required string HelpSteps { get; init; }

    public required string DateFormat { get; init; }

    public required string DecimalSeparator { get; init; }

    public required IReadOnlyList<string> Units { get; init; }

    public static PageTexts English { get; } = new()
    {
        Language = "en",
        Ready = "Ready to use",
        Notices = new Dictionary<AccessNotice, string>
        {
            [AccessNotice.NoPath] = "No server is open to this device right now. Try again in a few minutes.",
            [AccessNotice.Expired] = "The access of this device has expired.",
            [AccessNotice.TrafficUsedUp] = "The traffic of this month is used up.",
            [AccessNotice.TooManyApps] = "Too many apps use this subscription.",
        },
        AddToApp = "Add to an app",
        AddHint = "Install one of these apps, then tap its name here.",
        NotListed = "Another app? Copy the link and paste it where the app asks for a subscription.",
        Link = "Your link",
        LinkHint = "It is a password: whoever has it can use the network as you. Share it with nobody.",
        Copy = "Copy",
        Copied = "Copied",
        QrLabel = "QR code of the link",
        QrHint = "Scan it with the app on another device.",
        Usage = "Usage and limits",
        Used = "Used",
        Sent = "Sent",
        Received = "Received",
        Limit = "Limit",
        NoLimit = "unlimited",
        Expires = "Expires",
        Never = "never",
        Apps = "Apps at most",
        Device = "Device",
        Changed = "Configuration last changed",
        Mirrors = "If the link stops working",
        MirrorsHint = "The same subscription at other addresses:",
        Help = "Help",
        HelpLink = "Get help",
        HelpNone = "Ask the person who gave you this link.",
        HelpSteps = "If nothing loads: update the subscription in the app, choose another server there, then restart the app.",
        DateFormat = "d MMM yyyy, HH:mm 'UTC'",
        DecimalSeparator = ".",
        Units = ["B", "KB", "MB", "GB", "TB", "PB"],
    };

    public static PageTexts Russian { get; } = new()
    {
        Language = "ru",
        Ready = "Готово к использованию",
        Notices = new Dictionary<AccessNotice, string>
        {
            [AccessNotice.NoPath] = "Сейчас для этого устройства нет доступных серверов. Попробуйте через несколько минут.",
            [AccessNotice.Expired] = "Срок доступа этого устройства истёк.",
            [AccessNotice.TrafficUsedUp] = "Трафик на этот месяц исчерпан.",
            [AccessNotice.TooManyApps] = "Этой подпиской пользуется слишком много приложений.",
        },
        AddToApp = "Добавить в приложение",
        AddHint = "Установите одно из этих приложений и нажмите здесь на его название.",
        NotListed = "Другое приложение? Скопируйте ссылку и вставьте её там, где приложение просит подписку.",
        Link = "Ваша ссылка",
        LinkHint = "Это пароль: у кого она есть, тот пользуется сетью от вашего имени. Никому её не показывайте.",
        Copy = "Скопировать",
        Copied = "Скопировано",
        QrLabel = "QR-код ссылки",
        QrHint = "Отсканируйте его приложением на другом устройстве.",
        Usage = "Трафик и ограничения",
        Used = "Использовано",
        Sent = "Отправлено",
        Received = "Получено",
        Limit = "Лимит",
        NoLimit = "без ограничений",
        Expires = "Действует до",
        Never = "бессрочно",
        Apps = "Приложений не более",
        Device = "Устройство",
        Changed = "Настройки последний раз менялись",
        Mirrors = "Если ссылка перестала работать",
        MirrorsHint = "Та же подписка по другим адресам:",
        Help = "Помощь",
        HelpLink = "Получить помощь",
        HelpNone = "Обратитесь к тому, кто дал вам эту ссылку.",
        HelpSteps = "Если ничего не открывается: обновите подписку в приложении, выберите там другой сервер и перезапустите приложение.",
        DateFormat = "dd.MM.yyyy HH:mm 'UTC'",
        DecimalSeparator = ",",
        Units = ["Б", "КБ", "МБ", "ГБ", "ТБ", "ПБ"],
    };
}

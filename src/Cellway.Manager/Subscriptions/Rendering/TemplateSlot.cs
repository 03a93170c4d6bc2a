namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>What is a device's own within a document that many share.</summary>
internal enum TemplateSlot
{
    /// <summary>The VLESS id.</summary>
    Id,

    /// <summary>The subscription token.</summary>
    Token,

    /// <summary>What it has used, as apps read it.</summary>
    Usage,
}

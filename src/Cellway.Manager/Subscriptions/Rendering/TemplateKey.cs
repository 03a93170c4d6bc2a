using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Choice;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>Devices for which all of this is equal get the same document, but for their own texts.</summary>
internal readonly record struct TemplateKey(string Home, int Variant, ChosenFormat Format, AccessNotice Notice);

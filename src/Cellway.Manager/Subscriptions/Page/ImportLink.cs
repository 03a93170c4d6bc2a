namespace Cellway.Manager.Subscriptions.Page;

/// <summary>An app that a link can hand a subscription to.</summary>
/// <param name="App">Its name.</param>
/// <param name="On">Where it runs.</param>
/// <param name="Make">Makes the link of the subscription's URL and the network's name.</param>
internal sealed record ImportLink(string App, IReadOnlyList<Platform> On, Func<string, string, string> Make);

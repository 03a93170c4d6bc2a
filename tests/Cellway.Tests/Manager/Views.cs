using Cellway.Manager.View;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.Manager;

/// <summary>Feeds for tests of what hangs on them.</summary>
internal static class Views
{
    public static NetworkViewFeed FeedOf(IStateStore store, TimeProvider time, params IEnumerable<IViewFollower> followers)
    {
        var log = new ViewLog(NullLogger<ViewLog>.Instance);
        return new(store, Samples.Keys, followers, new(new NoLifetime(), log), time, log);
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
            // Nothing runs here.
        }
    }
}

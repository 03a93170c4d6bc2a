using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Sending;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Leadership;
using Microsoft.Extensions.DependencyInjection;

namespace Cellway.Manager.Bot;

/// <summary>Puts the bot together.</summary>
internal static class BotServices
{
    public static void AddBot(this IServiceCollection services, BotOptions options)
    {
        services.AddSingleton(options).AddSingleton<BotLog>().AddSingleton<BotState>().AddSingleton<BotDesk>();
        services.AddSingleton<FloodGuard>().AddSingleton<BotActs.Factory>().AddSingleton<Conversations>();
        services.AddSingleton(provider => new CallbackSigner(provider.GetRequiredService<BotSeals>().CallbackKey, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Answers>().AddSingleton<Outbox>().AddSingleton<Updates>().AddSingleton<Sweeper>();
        services.AddSingleton<Broadcasts>().AddSingleton<AlertWatch>().AddSingleton(provider => new Lazy<Broadcasts>(provider.GetRequiredService<Broadcasts>));
        services.AddSingleton<DialogueBook>().AddSingleton(provider => new Lazy<DialogueBook>(provider.GetRequiredService<DialogueBook>));
        foreach (var dialogue in typeof(BotServices).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Dialogue))))
        {
            services.AddSingleton(typeof(Dialogue), dialogue);
        }

        services.AddSingleton<BotSeat>().AddSingleton<BotPlanner>().AddSingleton<IPlanner>(provider => provider.GetRequiredService<BotPlanner>());
    }
}

using Cellway.Model.Cells;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Access;
using Cellway.Manager.Accounting;
using Cellway.Manager.Alerts;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Manager.Backups.Schedule;
using Cellway.Manager.Bot;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Cells;
using Cellway.Manager.Devices;
using Cellway.Manager.Enrollment;
using Cellway.Manager.Incidents;
using Cellway.Manager.Kubernetes;
using Cellway.Manager.Leadership;
using Cellway.Manager.Nodes;
using Cellway.Manager.Operators;
using Cellway.Manager.Participants;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Regeneration;
using Cellway.Manager.Replicas;
using Cellway.Manager.Roots;
using Cellway.Manager.Rotation;
using Cellway.Manager.Routing;
using Cellway.Manager.Subscriptions;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Apps;
using Cellway.Manager.Users;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Hosting;

/// <summary>Puts one management replica together.</summary>
public static class ManagerHost
{
    /// <summary>Opens the network in <paramref name="store"/> and builds the replica that serves it; start it to serve.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="store">The state; the caller disposes it after the host.</param>
    /// <param name="configureLogging">Where logs go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops while opening.</param>
    /// <exception cref="AdminException">There is no network, several, or no address to tell nodes.</exception>
    public static async Task<IHost> BuildAsync(
        ManagerOptions options, IStateStore store, Action<ILoggingBuilder> configureLogging, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(configureLogging);
        var network = await NetworkFinder.ChooseAsync(store, options.Network, cancellationToken);
        CheckEndpoints(options);
        List<string> wrong = [.. options.Rotation.Validate(), .. options.Incidents.Validate(), .. options.PhoneHome.Validate(), .. options.Bot?.Validate() ?? [], .. options.Backups.Validate()];
        if (wrong.Count > 0)
        {
            throw AdminException.Invalid(string.Join(Environment.NewLine, wrong));
        }

        var keys = new StateKeys(network);
        var authority = await NetworkAuthority.OpenAsync(store, keys, network, options.Secret, cancellationToken);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configureLogging(builder.Logging);
        AddServices(builder.Services, options, store, keys, authority, time);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));

        var app = builder.Build();
        app.UseMiddleware<AdminErrors>(); // first: who a caller is may be a question to the state
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<AuditedCalls>();
        app.MapGrpcService<EnrollmentService>();
        app.MapGrpcService<PhoneHomeService>();
        if (options.Kubernetes is not null)
        {
            app.MapGrpcService<PodEnrollmentService>();
        }

        MapAdmin(app);
        app.Services.GetRequiredService<Announcement>().AnnounceWhenServing();
        _ = app.Services.GetRequiredService<ViewMetrics>();
        _ = app.Services.GetRequiredService<IncidentMetrics>();
        return app;
    }

    /// <summary>Why a replica that has stopped could not go on; <see langword="null"/> when it was told to stop.</summary>
    public static string? FailureOf(IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Services.GetRequiredService<ReplicaFailure>().Reason?.Message;
    }

    private static void CheckEndpoints(ManagerOptions options)
    {
        if (options.PublicEndpoints.FirstOrDefault(e => !HostPort.TryParse(e, out _)) is { } wrong)
        {
            throw AdminException.Invalid($"“{wrong}” is not where nodes could connect to: write host:port, 1.2.3.4:7443 or [2001:db8::1]:7443.");
        }

        if (options.Routing.Validate() is { Count: > 0 } errors)
        {
            throw AdminException.Invalid(string.Join(" ", errors));
        }

        if (options.PublicEndpoints.Count > JoinToken.MaxEndpoints)
        {
            throw AdminException.Invalid($"A join token has room for {JoinToken.MaxEndpoints} public endpoints, not for {options.PublicEndpoints.Count}.");
        }

        if (options.PublicEndpoints.Count == 0 && (options.NodeListen.Address.Equals(IPAddress.Any) || options.NodeListen.Address.Equals(IPAddress.IPv6Any)))
        {
            throw AdminException.Invalid("Nodes must be told where to connect: give a public endpoint, or listen on one address.");
        }
    }

    internal static void AddServices(
        IServiceCollection services, ManagerOptions options, IStateStore store, StateKeys keys, NetworkAuthority authority, TimeProvider time)
    {
        var replica = Names.NewId();
        services.AddSingleton(options).AddSingleton(options.Enrollment).AddSingleton(options.PhoneHome).AddSingleton(options.Routing).AddSingleton(options.Leadership).AddSingleton(options.Rotation);
        services.AddSingleton(time).AddSingleton(keys).AddSingleton<ReplicaFailure>();
        services.AddSingleton<IStateStore>(provider => new WriteGate(store, provider.GetRequiredService<ReplicaFailure>()));
        services.AddSingleton(_ => authority).AddSingleton<IRootSigner>(authority); // by factory, so that the container disposes it; once
        services.AddSingleton(_ => new ManagementCertificate(authority, replica, time));
        services.AddSingleton(_ => new Replica(replica));
        services.AddSingleton(new ManagementAddresses { ForNodes = options.PublicEndpoints }).AddSingleton<Announcement>().AddSingleton<HostingLog>();

        // Those who follow the view, in the order in which it is brought to them: the push reads the routes.
        services.AddSingleton<IViewFollower>(authority);
        services.AddSingleton(_ => new RouteTable(authority.RouteIds)).AddSingleton<IViewFollower>(provider => provider.GetRequiredService<RouteTable>());
        services.AddSingleton<IViewFollower, SessionClosing>();
        services.AddSingleton<ConfigurationPush>().AddSingleton<IViewFollower>(provider => provider.GetRequiredService<ConfigurationPush>());
        services.AddSingleton<QuotaWatch>().AddSingleton<IViewFollower>(provider => provider.GetRequiredService<QuotaWatch>());
        services.AddSingleton<ViewLog>().AddSingleton<ViewMetrics>().AddSingleton<NetworkViewFeed>().AddSingleton<NetworkWriter>().AddSingleton<FreshReads>();
        services.AddHostedService(provider => provider.GetRequiredService<NetworkViewFeed>()); // first: everything else reads it

        services.AddSingleton<Acts>().AddSingleton<AuditReads>().AddSingleton<AuditLog>().AddSingleton<Refusals>().AddSingleton<IPlanner, AuditPlanner>().AddSingleton<IPlanner, TrustPlanner>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ForbiddenCalls>();
        services.AddHostedService(provider => provider.GetRequiredService<Refusals>());
        services.AddHostedService<ReplicaStart>();

        services.AddSingleton<CurrentTrust>().AddSingleton<ReturningNodes>().AddSingleton<ReturningCertificates>().AddSingleton<ForgottenRevocations>();
        services.AddAuthentication(CallerAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(CallerAuthentication.SchemeName, null);
        services.AddAuthorization(AccessRules.Configure);

        services.AddSingleton<RouteLookup>().AddSingleton<QuestionStreams>();
        services.AddSingleton<IAllowances, ViewAllowances>().AddSingleton(new AppHashes(authority.DeriveKey(AppHashes.Purpose)));
        services.AddSingleton<AppCounter>().AddSingleton<TokenPace>().AddSingleton<SubscriptionAnswers>();
        services.AddSingleton<EnrollmentLog>().AddSingleton<EnrollmentPace>().AddSingleton<Enroller>().AddSingleton<Renewer>();
        services.AddSingleton<PhoneHomeLog>().AddSingleton<WebCertificates>().AddSingleton<NodeSessions>();
        services.AddSingleton<RouteDelivery>().AddSingleton<AttachedNodes>().AddSingleton<NodeStreams>().AddSingleton<Probes>();
        services.AddHostedService(provider => provider.GetRequiredService<ConfigurationPush>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeSessions>());
        services.AddHostedService(provider => provider.GetRequiredService<Probes>());
        services.AddHostedService<CoreJudge>();
        services.AddHostedService<LifeSigns>();

        services.AddSingleton(authority.RouteIds).AddSingleton(options.Accounting).AddSingleton<AccountingLog>().AddSingleton<CoreBook>().AddSingleton<UsageAttribution>().AddSingleton<UsageHistory>();
        services.AddSingleton<UsageBooks>().AddSingleton<IUsageReports>(provider => provider.GetRequiredService<UsageBooks>());
        services.AddHostedService(provider => provider.GetRequiredService<UsageBooks>());
        services.AddSingleton<IPlanner, QuotaPlanner>().AddSingleton<IPlanner, UsageArchivist>();

        services.AddSingleton(options.Backups).AddSingleton<BackupLog>().AddSingleton<ScheduledBackup>().AddSingleton<BackupPlanner>().AddSingleton<BackupListing>().AddSingleton<RestoredNetwork>();
        services.AddSingleton<IPlanner>(provider => provider.GetRequiredService<BackupPlanner>());
        services.AddSingleton<LeadershipLog>().AddSingleton<ReplicaLease>().AddSingleton<ReplicaLog>();
        services.AddSingleton<IRotationRandom, SecureRandom>().AddSingleton<RotationPlan>().AddSingleton<ForcedRotation>().AddSingleton<RotationLog>();
        services.AddSingleton<IPlanner, EndedCertificates>().AddSingleton<IPlanner, EndpointPlanner>().AddSingleton<IPlanner, RotationPlanner>();
        services.AddSingleton<IPlanner, ReturnPlanner>().AddSingleton<RoutingLog>();
        services.AddSingleton<UserActs>().AddSingleton<DeviceActs>().AddSingleton<ParticipantActs>().AddSingleton<NodeActs>().AddSingleton<TokenActs>();
        services.AddSingleton<NewJoinTokens>().AddSingleton<NodeRemoval>().AddSingleton<Revocations>().AddSingleton<OperatorCertificates>().AddSingleton<RootRotation>().AddSingleton<IssuedByRoot>();
        services.AddSingleton<AlertLog>().AddSingleton<AlertBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<AlertBoard>());
        services.AddSingleton<RegenerationLog>().AddSingleton<RegenerationRequests>().AddSingleton<RegenerationTokens>().AddSingleton<IPlanner, RegenerationPlanner>();
        services.AddSingleton<IncidentLog>().AddSingleton<OperatorsWord>().AddSingleton<IncidentMetrics>().AddSingleton(options.Incidents).AddSingleton<IPlanner, IncidentPlanner>();
        services.AddSingleton<BotSeals>().AddSingleton<BotKeys>();
        if (options.Bot is { } bot)
        {
            services.AddBot(bot);
        }

        services.AddHostedService(provider => provider.GetRequiredService<ReplicaLease>());
        services.AddHostedService<LeaderElection>();
        services.AddHostedService<StreamDrain>();
        services.AddHostedService<ReplicaRegistration>(); // last, because what stops is told in reverse: first that it stops, then that nodes should go

        if (options.Kubernetes is { } kubernetes)
        {
            services.AddKubernetes(kubernetes);
        }

        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
            grpc.Interceptors.Add<StateErrors>();
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // AdminErrors says what was wrong
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AdminJson.Default));
    }

    private static void MapAdmin(IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/v1").RequireAuthorization(AccessRules.Operator);
        admin.AddEndpointFilter<ReadYourWrites>();
        admin.MapCells();
        admin.MapParticipants();
        admin.MapTokens();
        admin.MapNodes();
        admin.MapWorkers();
        admin.MapUsers();
        admin.MapDevices();
        admin.MapUsage();
        admin.MapSubscriptions();
        admin.MapReplicas();
        admin.MapRotation();
        admin.MapIncidents();
        admin.MapRegenerations();
        admin.MapBot();
        admin.MapAudit();
        admin.MapOperators();
        admin.MapRoots();
        admin.MapAlerts();
        admin.MapBackups();
        admin.MapMirrors();
    }

    private static void Listen(KestrelServerOptions kestrel, ManagerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.HeaderTableSize = 0; // a node sends headers a few times in its life: a table for them is 4 KB of each connection
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10); // a node whose machine died says nothing
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        var certificate = kestrel.ApplicationServices.GetRequiredService<ManagementCertificate>();
        kestrel.Listen(options.NodeListen, listen => Configure(listen, Listener.Nodes, HttpProtocols.Http2, certificate));
        kestrel.Listen(options.AdminListen, listen => Configure(listen, Listener.Admin, HttpProtocols.Http1AndHttp2, certificate));
    }

    // The platform builds a chain before it asks the callback. Ours is judged later and once: this one looks for no root, and fetches nothing that a stranger's certificate names.
    private static readonly X509ChainPolicy NoChain = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    [SuppressMessage("Security", "CA5359", Justification = "Clients' certificates are judged by CallerAuthentication, on every request.")]
    private static void Configure(ListenOptions listen, Listener listener, HttpProtocols protocols, ManagementCertificate certificate)
    {
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            connection.Items[nameof(Listener)] = listener;
            return next(connection);
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            // Whoever holds a key may finish the handshake; CallerAuthentication decides what that is worth, with a reason the peer can read.
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                CertificateChainPolicy = NoChain,
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = protocols == HttpProtocols.Http2
                    ? [SslApplicationProtocol.Http2]
                    : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            }),
        });
    }
}

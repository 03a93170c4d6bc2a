using Cellway.Manager.Leadership;
using k8s;
using Microsoft.Extensions.DependencyInjection;

namespace Cellway.Manager.Kubernetes;

/// <summary>Registers what management needs in a cluster whose Entry pods enroll by themselves.</summary>
internal static class KubernetesServices
{
    public static void AddKubernetes(this IServiceCollection services, KubernetesOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IKubernetes>(_ => new k8s.Kubernetes(options.Api))
        .AddSingleton<KubernetesLog>()
        .AddSingleton<PodReview>()
        .AddSingleton<PodEnroller>()
        .AddSingleton<PodRevocation>()
        .AddSingleton<PodAddresses>()
        .AddSingleton<BootstrapTokens>()
        .AddSingleton<WorkerTokens>()
        .AddSingleton<WorkerNodes>()
        .AddSingleton<WorkerAdmission>()
        .AddSingleton<IPlanner, ClusterPlanner>();
}

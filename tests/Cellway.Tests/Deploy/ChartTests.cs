using Cellway.Manager.Kubernetes;
using k8s;
using k8s.Models;

namespace Cellway.Tests.Deploy;

/// <summary>What the chart renders (tests/charts, which <c>./test k8s</c> keeps true) read strictly as the API would read it, and what must hold of it.</summary>
public sealed class ChartTests
{
    // The Prometheus operator's own kind, which the typed models do not have.
    private const string ServiceMonitor = "kind: ServiceMonitor";

    public static TheoryData<string> Renders => [.. Directory.GetFiles(Folder()).Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact]
    public void Renders_AreFive() => Assert.Equal(5, Renders.Count);

    [Theory]
    [MemberData(nameof(Renders))]
    public void EveryContainer_IsRestrictedAndHasProbesAndLimits(string render)
    {
        var pods = Pods(render).ToList();

        Assert.NotEmpty(pods);
        foreach (var pod in pods)
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.True(pod.HostNetwork is null or false);
            Assert.False(pod.EnableServiceLinks);
            foreach (var container in pod.Containers)
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.NotNull(container.LivenessProbe);
                Assert.NotNull(container.ReadinessProbe);
                Assert.NotNull(container.StartupProbe);
                Assert.Contains("memory", container.Resources.Limits.Keys);
                Assert.Contains("cpu", container.Resources.Requests.Keys);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Renders))]
    public void OnlyManagement_MayAskTheCluster_AndOnlyWhatItNeeds(string render)
    {
        var objects = Load(render);
        string[] always = ["* create tokenreviews", "* list nodes", " get pods", " list pods"];
        string[] withWorkers = ["* patch nodes", " create pods/eviction", "kube-system create secrets", "kube-system delete secrets"];

        Assert.Equal(
            (render == "bare-metal" ? always.Concat(withWorkers) : always).Order(StringComparer.Ordinal),
            objects.OfType<V1ClusterRole>().SelectMany(r => Said(r.Rules, "*"))
                .Concat(objects.OfType<V1Role>().SelectMany(r => Said(r.Rules, r.Metadata.NamespaceProperty)))
                .Order(StringComparer.Ordinal));
        Assert.All(objects.OfType<V1ServiceAccount>(), account => Assert.False(account.AutomountServiceAccountToken));
        Assert.All(
            objects.OfType<V1RoleBinding>().SelectMany(b => b.Subjects).Concat(objects.OfType<V1ClusterRoleBinding>().SelectMany(b => b.Subjects)),
            subject => Assert.Equal(("ServiceAccount", "cellway-management"), (subject.Kind, subject.Name)));
    }

    [Theory]
    [MemberData(nameof(Renders))]
    public void EveryPod_IsDeniedByDefault_AndSelectedByABudget(string render)
    {
        var objects = Load(render);
        var deny = objects.OfType<V1NetworkPolicy>().Single(p => p.Metadata.Name == "cellway-deny");

        Assert.Null(deny.Spec.Ingress);
        Assert.Null(deny.Spec.Egress);
        foreach (var labels in objects.Select(Template).OfType<V1PodTemplateSpec>().Select(t => t.Metadata.Labels))
        {
            Assert.True(Selects(deny.Spec.PodSelector, labels));
            Assert.Single(objects.OfType<V1PodDisruptionBudget>(), b => Selects(b.Spec.Selector, labels));
            Assert.Contains(objects.OfType<V1NetworkPolicy>(), p => p != deny && p.Spec.Ingress is not null && Selects(p.Spec.PodSelector, labels));
        }
    }

    [Fact]
    public void AdminListener_IsInNoServiceAndNoPolicy()
    {
        foreach (var render in Renders)
        {
            var objects = Load(render.Data);
            Assert.DoesNotContain(objects.OfType<V1Service>().SelectMany(s => s.Spec.Ports), p => p.Port == 7444);
            Assert.DoesNotContain(objects.OfType<V1NetworkPolicy>().SelectMany(p => p.Spec.Ingress ?? []).SelectMany(i => i.Ports ?? []), p => p.Port?.Value == "7444");
        }
    }

    [Fact]
    public void EntryPod_ShowsATokenForThisAudienceOnly()
    {
        var sources = Load("default").OfType<V1DaemonSet>().Single().Spec.Template.Spec.Volumes.Single(v => v.Name == "token").Projected.Sources;

        Assert.Equal("cellway", Assert.Single(sources).ServiceAccountToken.Audience);
    }

    [Fact]
    public void EntryPod_WithWorkersOfParticipants_RunsOnlyWhereManagementHasAdmittedIt()
    {
        var pod = Load("bare-metal").OfType<V1DaemonSet>().Single().Spec.Template.Spec;

        Assert.Equal("true", pod.NodeSelector[WorkerNodes.Label]);
        Assert.Contains(pod.Tolerations, t => t is { Key: WorkerNodes.Taint, OperatorProperty: "Exists", Effect: "NoSchedule" });
    }

    private static IEnumerable<string> Said(IEnumerable<V1PolicyRule> rules, string where) =>
        rules.SelectMany(r => r.Verbs.SelectMany(v => r.Resources.Select(resource => $"{where} {v} {resource}")));

    private static IEnumerable<V1PodSpec> Pods(string render) => Load(render).Select(Template).OfType<V1PodTemplateSpec>().Select(t => t.Spec);

    private static V1PodTemplateSpec? Template(object thing) => thing switch
    {
        V1StatefulSet set => set.Spec.Template,
        V1DaemonSet set => set.Spec.Template,
        V1Deployment deployment => deployment.Spec.Template,
        _ => null,
    };

    private static bool Selects(V1LabelSelector selector, IDictionary<string, string> labels) =>
        selector.MatchLabels.All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value);

    private static List<object> Load(string render)
    {
        var documents = File.ReadAllText(Path.Combine(Folder(), $"{render}.yaml")).Split("\n---\n").Where(d => !d.Contains(ServiceMonitor, StringComparison.Ordinal));
        return KubernetesYaml.LoadAllFromString(string.Join("\n---\n", documents), strict: true);
    }

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Cellway.slnx")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "tests", "charts");
    }
}

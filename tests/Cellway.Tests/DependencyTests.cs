using System.Reflection;

namespace Cellway.Tests;

/// <summary>The arrows of ARCHITECTURE.md, as a test.</summary>
public sealed class DependencyTests
{
    [Theory]
    [InlineData("Cellway.Model", "")]
    [InlineData("Cellway.State", "Cellway.Model")]
    [InlineData("Cellway.Pki", "Cellway.Model")]
    [InlineData("Cellway.DataPlane", "Cellway.Model")]
    [InlineData("Cellway.Node", "Cellway.Model Cellway.Pki")]
    [InlineData("Cellway.EntryNode", "Cellway.Model Cellway.Pki Cellway.Node Cellway.DataPlane")]
    [InlineData("Cellway.CoreNode", "Cellway.Model Cellway.Pki Cellway.Node Cellway.DataPlane")]
    [InlineData("Cellway.Manager", "Cellway.Model Cellway.State Cellway.Pki")]
    public void Project_ReferencesOnly(string project, string allowed)
    {
        var references = Assembly.Load(project).GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n.StartsWith("Cellway.", StringComparison.Ordinal));

        Assert.Empty(references.Except(allowed.Split(' ')));
    }

    /// <summary>No node program can sign: what issues certificates is named in no type of theirs.</summary>
    [Theory]
    [InlineData("Cellway.Node")]
    [InlineData("Cellway.EntryNode")]
    [InlineData("Cellway.CoreNode")]
    [InlineData("Cellway.DataPlane")]
    public void NodeProgram_NeverIssuesCertificates(string project) => Assert.DoesNotContain("Cellway.Pki.Issuing", NamespacesUsedBy(project));

    /// <summary>The data plane knows neither the network's contracts nor its state: it can be tested, and stolen, alone.</summary>
    [Theory]
    [InlineData("Cellway.Model.Contracts")]
    [InlineData("Cellway.Model.State")]
    public void DataPlane_KnowsNo(string @namespace) => Assert.DoesNotContain(@namespace, NamespacesUsedBy("Cellway.DataPlane"));

    /// <summary>Features of management meet through the view and the state; only what puts them together may know several.</summary>
    [Fact]
    public void ManagerFeatures_DoNotKnowEachOther()
    {
        // Deleting a row here is progress; adding one needs a reason.
        string[] allowed =
        [
            "Accounting -> PhoneHome", // reports of Cores come in by phone-home
            "Accounting -> Routing", // and name devices by their routes
            "Backups -> Routing", // a backup is tried out by asking the network that it rebuilds for routes
            "Cells -> Rotation", // a new cell starts with all its names planned
            "Devices -> PhoneHome", // a device is shown once its Cores have acknowledged it
            "Devices -> Routing", // and with the Core that its next session takes
            "Kubernetes -> Enrollment", // how long a pod's certificate lives is how long everybody's does
            "Nodes -> Cells", // the status page shows both
            "Nodes -> Incidents", // and what goes on
            "Nodes -> PhoneHome", // and what attached nodes last said
            "PhoneHome -> Routing", // routes are what phone-home delivers
            "Regeneration -> Cells", // the new cell is made like any other
            "Regeneration -> Rotation", // with all its names planned
            "Regeneration -> Incidents", // a regeneration is told on an incident's timeline
            "Alerts -> Operators", // their certificates end too
            "Roots -> Operators", // and must be of the root that stays
            "Subscriptions -> Routing", // the same rule says who may connect
        ];
        string[] faces = ["Bot"]; // does what the admin API does, by the same acts; nothing knows it
        string[] shared = ["View", "Api", "Access", "Authority", "Hosting", "Leadership", "Audit"]; // what every planner runs under, and what everybody who writes says
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in Assembly.Load("Cellway.Manager").GetTypes())
        {
            var feature = FeatureOf(type);
            if (feature is null || shared.Contains(feature) || faces.Contains(feature))
            {
                continue;
            }

            foreach (var used in TypesUsedBy(type).Select(FeatureOf).OfType<string>().Where(f => f != feature && !shared.Contains(f)))
            {
                found.Add($"{feature} -> {used}");
            }
        }

        Assert.Empty(found.Except(allowed));
    }

    private static string? FeatureOf(Type type) =>
        type.Namespace?.Split('.') is ["Cellway", "Manager", var feature, ..] ? feature : null;

    private static HashSet<string> NamespacesUsedBy(string project)
    {
        using var file = File.OpenRead(Assembly.Load(project).Location);
        using var image = new System.Reflection.PortableExecutable.PEReader(file);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
        return [.. metadata.TypeReferences.Select(r => metadata.GetString(metadata.GetTypeReference(r).Namespace))];
    }

    private static IEnumerable<Type> TypesUsedBy(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetFields(All).Select(f => f.FieldType)
            .Concat(type.GetConstructors(All).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType))
            .Concat(type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(type.GetMethods(All).SelectMany(m => m.GetMethodBody()?.LocalVariables.Select(v => v.LocalType) ?? []))
            .SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t) : [t]);
    }
}

using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Cellway.Tests;

/// <summary>An event id names one log line, in every program: alerts and searches rely on it.</summary>
public sealed class LogEventTests
{
    [Fact]
    public void EventIds_OfAllPrograms_AreDistinct()
    {
        string[] programs = ["Cellway.Node", "Cellway.EntryNode", "Cellway.CoreNode", "Cellway.DataPlane", "Cellway.Manager", "Cellway.State", "Cellway.Pki", "cellway"];
        var lines =
            from program in programs
            from type in Assembly.Load(program).GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let id = method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId
            where id is not null
            select (Id: id.Value, Name: $"{type.FullName}.{method.Name}");

        var all = lines.ToList();

        Assert.Contains(all, l => l.Name.Contains("Http2Log", StringComparison.Ordinal));
        Assert.Empty(all.GroupBy(l => l.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(l => l.Name))}"));
    }
}

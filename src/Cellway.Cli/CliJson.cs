using System.Text.Json.Serialization;
using Cellway.Cli.Admin;
using Cellway.Cli.Local;
using Cellway.Cli.Local.Drills;
using Cellway.Cli.Local.Drills.Thief;
using Cellway.Manager.Audit;

namespace Cellway.Cli;

/// <summary>The JSON that the CLI itself writes: files of its own, and what --json prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ProfileSettings))]
[JsonSerializable(typeof(AuditMark))]
[JsonSerializable(typeof(LocalSettings))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(IReadOnlyList<DrillReport>))]
[JsonSerializable(typeof(IReadOnlyList<ThiefReport>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CliJson : JsonSerializerContext;

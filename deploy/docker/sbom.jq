# packages.lock.json of a program → CycloneDX. $name, $version and $runtime come from deploy/docker/build.
{
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: { component: { type: "application", name: $name, version: $version, licenses: [{ license: { id: "Apache-2.0" } }] } },
  components: (
    [.dependencies | to_entries[] | .value | to_entries[] | select(.value.type != "Project" and .value.resolved != null)
      | { type: "library", name: .key, version: .value.resolved, purl: "pkg:nuget/\(.key)@\(.value.resolved)" }]
    + [{ type: "framework", name: "Microsoft.NETCore.App", version: $runtime, purl: "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@\($runtime)" }]
    | unique_by(.purl))
}

using System.CommandLine;
using Cellway.Manager.Kubernetes;
using Cellway.Model.Cells;
using k8s;
using k8s.Exceptions;

namespace Cellway.Cli.Commands;

/// <summary>The settings of a management replica whose Entries are pods.</summary>
internal sealed class KubernetesCommandOptions
{
    private readonly Option<string?> _participant = new("--kubernetes-participant") { Description = "Admit Entry pods of this Kubernetes cluster by their ServiceAccount tokens, as nodes of this participant" };
    private readonly Option<string> _namespace = new("--kubernetes-namespace") { Description = "The only namespace whose pods are admitted", DefaultValueFactory = _ => "cellway" };
    private readonly Option<string> _account = new("--kubernetes-service-account") { Description = "The only ServiceAccount whose pods are admitted", DefaultValueFactory = _ => "cellway-entry" };
    private readonly Option<string?> _workers = new("--kubernetes-workers") { Description = "Let participants' machines join this cluster as Entry workers: where they reach its API, host:port" };
    private readonly Option<string?> _config = new("--kubeconfig") { Description = "How to call the cluster's API; default: as the pod that this is" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_participant, _namespace, _account, _workers, _config])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Null when no pods are to be admitted.</summary>
    public KubernetesOptions? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_participant) is not { Length: > 0 } participant)
        {
            return null;
        }

        var workers = parsed.GetValue(_workers) is { Length: > 0 } text ? text : null;
        if (workers is not null && !HostPort.TryParse(workers, out _))
        {
            throw new CliException($"{_workers.Name}: “{workers}” is not where machines could reach the cluster's API: write host:port, like k8s.example.org:6443.");
        }

        return new()
        {
            Api = Api(parsed.GetValue(_config)),
            Participant = participant,
            Namespace = parsed.GetRequiredValue(_namespace),
            ServiceAccount = parsed.GetRequiredValue(_account),
            WorkersJoinAt = workers,
        };
    }

    private static KubernetesClientConfiguration Api(string? file)
    {
        try
        {
            return file is null ? KubernetesClientConfiguration.InClusterConfig() : KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        }
        catch (Exception e) when (e is KubeConfigException or IOException)
        {
            throw new CliException($"The cluster's API cannot be called ({e.Message.TrimEnd('.')}): run in a pod with a ServiceAccount token, or name a file with --kubeconfig.", e);
        }
    }
}

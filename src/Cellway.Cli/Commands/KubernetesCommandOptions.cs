using System.CommandLine;
using Cellway.Manager.Kubernetes;
using k8s;
using k8s.Exceptions;

namespace Cellway.Cli.Commands;

/// <summary>The settings of a management replica whose Entries are pods.</summary>
internal sealed class KubernetesCommandOptions
{
    private readonly Option<string?> _participant = new("--kubernetes-participant") { Description = "Admit Entry pods of this Kubernetes cluster by their ServiceAccount tokens, as nodes of this participant" };
    private readonly Option<string> _namespace = new("--kubernetes-namespace") { Description = "The only namespace whose pods are admitted", DefaultValueFactory = _ => "cellway" };
    private readonly Option<string> _account = new("--kubernetes-service-account") { Description = "The only ServiceAccount whose pods are admitted", DefaultValueFactory = _ => "cellway-entry" };
    private readonly Option<string?> _config = new("--kubeconfig") { Description = "How to call the cluster's API; default: as the pod that this is" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_participant, _namespace, _account, _config])
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

        return new()
        {
            Api = Api(parsed.GetValue(_config)),
            Participant = participant,
            Namespace = parsed.GetRequiredValue(_namespace),
            ServiceAccount = parsed.GetRequiredValue(_account),
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

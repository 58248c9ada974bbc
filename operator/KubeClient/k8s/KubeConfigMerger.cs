using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace k8s;

/// <summary>
/// Reads kubeconfig files into one: the first file that names a context, cluster, user or current context wins.
/// Relative paths in a file mean files beside it.
/// </summary>
internal static class KubeConfigMerger
{
    public static K8SConfiguration Load(IReadOnlyList<string> files)
    {
        var merged = Read(files[0]);
        foreach (var file in files.Skip(1))
        {
            var next = Read(file);
            if (string.IsNullOrEmpty(merged.CurrentContext))
                merged.CurrentContext = next.CurrentContext;
            merged.Contexts = [.. merged.Contexts.Concat(next.Contexts).DistinctBy(c => c.Name)];
            merged.Clusters = [.. merged.Clusters.Concat(next.Clusters).DistinctBy(c => c.Name)];
            merged.Users = [.. merged.Users.Concat(next.Users).DistinctBy(u => u.Name)];
        }
        return merged;
    }

    public static K8SConfiguration Parse(string text, string origin)
    {
        try
        {
            return KubernetesYaml.Deserialize<K8SConfiguration>(text)
                ?? throw new KubeConfigException($"{origin} is empty");
        }
        catch (Exception e)
            when (e is YamlException or System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            throw new KubeConfigException($"{origin} is not a kubeconfig: {e.Message}", e);
        }
    }

    static K8SConfiguration Read(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"the kubeconfig {file} cannot be read: {e.Message}", e);
        }
        var configuration = Parse(text, file);
        configuration.FileName = file;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        foreach (var cluster in configuration.Clusters.Select(c => c.ClusterEndpoint))
            cluster.CertificateAuthority = Absolute(folder, cluster.CertificateAuthority);
        foreach (var user in configuration.Users.Select(u => u.UserCredentials))
        {
            user.ClientCertificate = Absolute(folder, user.ClientCertificate);
            user.ClientKey = Absolute(folder, user.ClientKey);
            user.TokenFile = Absolute(folder, user.TokenFile);
            // A bare command is looked up in PATH; one with a folder in it lies relative to the file.
            if (user.ExternalExecution is { } exec && exec.Command.Contains('/', StringComparison.Ordinal))
                exec.Command = Absolute(folder, exec.Command)!;
        }
        return configuration;
    }

    static string? Absolute(string folder, string? path) =>
        string.IsNullOrEmpty(path) ? path : Path.Combine(folder, path);
}

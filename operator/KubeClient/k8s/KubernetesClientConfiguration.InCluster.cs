using System.Security.Cryptography.X509Certificates;
using k8s.Authentication;
using k8s.Exceptions;

namespace k8s;

public partial class KubernetesClientConfiguration
{
    const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether this process runs in a pod with a service account.</summary>
    public static bool IsInCluster() => IsInCluster(ServiceAccountFolder);

    /// <exception cref="KubeConfigException">
    /// This process does not run in a pod, or its service account is not mounted.
    /// </exception>
    public static KubernetesClientConfiguration InClusterConfig() => InClusterConfig(ServiceAccountFolder);

    internal static bool IsInCluster(string folder) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"))
        && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"))
        && File.Exists(Path.Combine(folder, "token"));

    internal static KubernetesClientConfiguration InClusterConfig(string folder)
    {
        if (!IsInCluster(folder))
        {
            throw new KubeConfigException(
                "not in a pod with a service account: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be set "
                    + $"and {folder}/token must exist (automountServiceAccountToken)"
            );
        }
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")!;
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT")!;
        var authorities = new X509Certificate2Collection();
        var authorityFile = Path.Combine(folder, "ca.crt");
        if (File.Exists(authorityFile))
            authorities.ImportFromPemFile(authorityFile);
        var namespaceFile = Path.Combine(folder, "namespace");
        return new KubernetesClientConfiguration
        {
            Host = new UriBuilder("https", host, int.Parse(port)).Uri.ToString(),
            SslCaCerts = authorities.Count > 0 ? authorities : null,
            TokenProvider = new TokenFileAuth(Path.Combine(folder, "token")),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : null,
        };
    }
}

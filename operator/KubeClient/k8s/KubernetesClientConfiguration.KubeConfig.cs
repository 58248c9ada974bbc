using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Authentication;
using k8s.Exceptions;
using k8s.KubeConfigModels;

namespace k8s;

public partial class KubernetesClientConfiguration
{
    /// <summary><c>~/.kube/config</c>.</summary>
    public static string KubeConfigDefaultLocation { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");

    /// <summary>For one run of a credential plugin.</summary>
    public static TimeSpan ExecTimeout { get; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The first of: the files named in <c>KUBECONFIG</c>, the kubeconfig of the home folder, the service account
    /// of the pod, plain HTTP at localhost:8080. A kubeconfig that lies in an image so wins over the service
    /// account.
    /// </summary>
    /// <exception cref="KubeConfigException">What was found first cannot be used.</exception>
    public static KubernetesClientConfiguration BuildDefaultConfig()
    {
        var named = Environment.GetEnvironmentVariable("KUBECONFIG");
        if (!string.IsNullOrWhiteSpace(named))
        {
            // As with kubectl, a list may name files that do not exist (yet).
            var files = named
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(File.Exists)
                .ToArray();
            if (files.Length > 0)
                return BuildConfigFromConfigObject(KubeConfigMerger.Load(files));
        }
        if (File.Exists(KubeConfigDefaultLocation))
            return BuildConfigFromConfigFile(KubeConfigDefaultLocation);
        return IsInCluster() ? InClusterConfig() : new KubernetesClientConfiguration();
    }

    /// <param name="kubeconfigPath">The file of the home folder when null.</param>
    /// <param name="currentContext">Instead of the one that the file calls current.</param>
    /// <param name="masterUrl">Instead of the server's address in the file.</param>
    /// <exception cref="KubeConfigException">
    /// The file is missing, is not a kubeconfig, or names what it does not hold.
    /// </exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(
        string? kubeconfigPath = null,
        string? currentContext = null,
        string? masterUrl = null
    ) =>
        BuildConfigFromConfigObject(
            KubeConfigMerger.Load([kubeconfigPath ?? KubeConfigDefaultLocation]),
            currentContext,
            masterUrl
        );

    /// <inheritdoc cref="BuildConfigFromConfigFile(string?, string?, string?)"/>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(
        Stream kubeconfig,
        string? currentContext = null,
        string? masterUrl = null
    )
    {
        using var reader = new StreamReader(kubeconfig);
        return BuildConfigFromConfigObject(
            KubeConfigMerger.Parse(reader.ReadToEnd(), "the stream"),
            currentContext,
            masterUrl
        );
    }

    public static K8SConfiguration LoadKubeConfig(string? kubeconfigPath = null) =>
        KubeConfigMerger.Load([kubeconfigPath ?? KubeConfigDefaultLocation]);

    /// <inheritdoc cref="BuildConfigFromConfigFile(string?, string?, string?)"/>
    public static KubernetesClientConfiguration BuildConfigFromConfigObject(
        K8SConfiguration k8SConfig,
        string? currentContext = null,
        string? masterUrl = null
    )
    {
        var name = currentContext ?? k8SConfig.CurrentContext;
        var configuration = new KubernetesClientConfiguration { CurrentContext = name };
        if (string.IsNullOrEmpty(name))
        {
            if (masterUrl is null)
                throw new KubeConfigException(
                    "the kubeconfig has no current-context: choose one with `kubectl config use-context`"
                );
            configuration.Host = masterUrl;
            return configuration;
        }
        var context =
            k8SConfig.Contexts.FirstOrDefault(c => c.Name == name)?.ContextDetails
            ?? throw new KubeConfigException($"the kubeconfig has no context '{name}'");
        configuration.Namespace = context.Namespace;
        var cluster = k8SConfig.Clusters.FirstOrDefault(c => c.Name == context.Cluster)?.ClusterEndpoint;
        if (cluster is null && masterUrl is null)
            throw new KubeConfigException(
                $"the kubeconfig has no cluster '{context.Cluster}', which context '{name}' names"
            );
        configuration.TakeCluster(cluster ?? new ClusterEndpoint(), masterUrl);
        if (string.IsNullOrEmpty(context.User))
            return configuration;
        var user =
            k8SConfig.Users.FirstOrDefault(u => u.Name == context.User)?.UserCredentials
            ?? throw new KubeConfigException(
                $"the kubeconfig has no user '{context.User}', which context '{name}' names"
            );
        configuration.TakeUser(user, context.User, cluster);
        return configuration;
    }

    void TakeCluster(ClusterEndpoint cluster, string? masterUrl)
    {
        var server = masterUrl ?? cluster.Server;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri))
            throw new KubeConfigException($"the server of a cluster must be a URL, not '{server}'");
        // A server that listens everywhere is written down with an address that nobody can connect to.
        if (
            IPAddress.TryParse(uri.Host, out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        )
            uri = new UriBuilder(uri)
            {
                Host = (address.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback).ToString(),
            }.Uri;
        Host = uri.ToString();
        SkipTlsVerify = cluster.SkipTlsVerify;
        TlsServerName = cluster.TlsServerName;
        if (uri.Scheme != Uri.UriSchemeHttps || cluster.SkipTlsVerify)
            return;
        try
        {
            var authorities = new X509Certificate2Collection();
            if (!string.IsNullOrEmpty(cluster.CertificateAuthorityData))
                authorities.ImportFromPem(
                    Encoding.UTF8.GetString(Convert.FromBase64String(cluster.CertificateAuthorityData))
                );
            else if (!string.IsNullOrEmpty(cluster.CertificateAuthority))
                authorities.ImportFromPemFile(cluster.CertificateAuthority);
            else
                return;
            // None at all would silently mean those of the system.
            if (authorities.Count == 0)
                throw new KubeConfigException($"the certificate authority of {server} holds no certificate");
            SslCaCerts = authorities;
        }
        catch (Exception e) when (e is FormatException or CryptographicException or IOException)
        {
            throw new KubeConfigException($"the certificate authority of {server} cannot be read: {e.Message}", e);
        }
    }

    void TakeUser(UserCredentials user, string name, ClusterEndpoint? cluster)
    {
        ClientCertificateData = user.ClientCertificateData;
        ClientCertificateKeyData = user.ClientKeyData;
        ClientCertificateFilePath = user.ClientCertificateData is null ? user.ClientCertificate : null;
        ClientKeyFilePath = user.ClientKeyData is null ? user.ClientKey : null;
        if (!string.IsNullOrEmpty(user.TokenFile))
            TokenProvider = new TokenFileAuth(user.TokenFile);
        else if (!string.IsNullOrEmpty(user.Token))
            AccessToken = user.Token;
        else if (!string.IsNullOrEmpty(user.UserName))
            (Username, Password) = (user.UserName, user.Password);
        else if (user.AuthProvider is { } provider)
            AccessToken = TokenOf(provider, name);
        else if (user.ExternalExecution is { } execution)
            TokenProvider = CertificateProvider = new ExecTokenProvider(execution, cluster);
    }

    static string TokenOf(AuthProvider provider, string user) =>
        provider.Name switch
        {
            "oidc" when provider.Config?.TryGetValue("id-token", out var token) == true && token.Length > 0 => token,
            "oidc" => throw new KubeConfigException(
                $"user '{user}': auth-provider oidc has no id-token; log in with a plugin such as kubelogin"
            ),
            "azure" => throw new KubeConfigException(
                $"user '{user}': auth-provider azure was removed from Kubernetes; run `kubelogin convert-kubeconfig`"
            ),
            "gcp" => throw new KubeConfigException(
                $"user '{user}': auth-provider gcp was removed from Kubernetes; install gke-gcloud-auth-plugin "
                    + "and fetch the kubeconfig again"
            ),
            _ => throw new KubeConfigException(
                $"user '{user}': auth-provider '{provider.Name}' is not supported; use exec"
            ),
        };
}

using System.Text;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;

namespace Operator.Tests.KubeClient.Configuration;

public sealed class KubeConfigTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_current_context_decides_server_user_and_namespace()
    {
        var configuration = Load(Config(user: "{token: secret}"));
        Assert.Equal("http://server:1234/", configuration.Host);
        Assert.Equal("orders", configuration.Namespace);
        Assert.Equal("secret", configuration.AccessToken);
        Assert.Equal("main", configuration.CurrentContext);
    }

    [Fact]
    public void Of_several_files_the_first_that_names_something_wins()
    {
        var first = folder.Write("a", Config(server: "http://first:1", user: "{token: first}"));
        var second = folder.Write(
            "b",
            Config(server: "http://second:1", user: "{token: second}")
                + """

                - name: other
                  user: {token: other}
                """
        );
        var merged = KubeConfigMerger.Load([first, second]);
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(merged);
        Assert.Equal(("http://first:1/", "first"), (configuration.Host, configuration.AccessToken));
        Assert.Contains(merged.Users, u => u.Name == "other");
    }

    [Fact]
    public async Task A_relative_path_lies_beside_the_file_that_names_it()
    {
        folder.Write("deep/tokens/mine", "from-file");
        var file = folder.Write("deep/config", Config(user: "{tokenFile: tokens/mine}"));
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        Assert.IsType<TokenFileAuth>(configuration.TokenProvider);
        var header = await configuration.TokenProvider!.GetAuthenticationHeaderAsync(CancellationToken.None);
        Assert.Equal("from-file", header!.Parameter);
    }

    [Theory]
    [InlineData("http://0.0.0.0:6443", "http://127.0.0.1:6443/")]
    [InlineData("http://[::]:6443", "http://[::1]:6443/")]
    public void An_address_that_listens_everywhere_is_connected_to_over_loopback(string server, string host) =>
        Assert.Equal(host, Load(Config(server: server)).Host);

    [Theory]
    [InlineData("{auth-provider: {name: gcp}}", "gke-gcloud-auth-plugin")]
    [InlineData("{auth-provider: {name: azure}}", "kubelogin")]
    [InlineData("{auth-provider: {name: oidc}}", "id-token")]
    public void A_way_to_log_in_that_is_gone_is_refused_with_advice(string user, string advice) =>
        Assert.Contains(
            advice,
            Assert.Throws<KubeConfigException>(() => Load(Config(user: user))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_oidc_token_is_a_bearer_token() =>
        Assert.Equal("abc", Load(Config(user: "{auth-provider: {name: oidc, config: {id-token: abc}}}")).AccessToken);

    [Fact]
    public void Data_wins_over_the_file_of_the_same_meaning()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes("pem"));
        var configuration = Load(
            Config(user: $"{{client-certificate-data: {data}, client-certificate: /x, client-key: /y}}")
        );
        Assert.Equal(
            (data, null, "/y"),
            (
                configuration.ClientCertificateData,
                configuration.ClientCertificateFilePath,
                configuration.ClientKeyFilePath
            )
        );
    }

    [Theory]
    [InlineData("current-context: nowhere", "no context 'nowhere'")]
    [InlineData("contexts: []", "current-context")]
    [InlineData("a: [", "not a kubeconfig")]
    [InlineData("", "empty")]
    [InlineData("contexts: 7", "not a kubeconfig")]
    public void What_cannot_be_used_says_why(string text, string why) =>
        Assert.Contains(why, Assert.Throws<KubeConfigException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "/nowhere/config",
            Assert
                .Throws<KubeConfigException>(() =>
                    KubernetesClientConfiguration.BuildConfigFromConfigFile("/nowhere/config")
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_authority_that_is_no_certificate_is_an_error_of_the_kubeconfig() =>
        Assert.Throws<KubeConfigException>(() =>
            Load(Config(server: "https://x:1", more: ", certificate-authority-data: bm9uc2Vuc2U="))
        );

    [Fact]
    public void A_pod_finds_its_server_its_token_and_its_namespace()
    {
        folder.Write("token", "of-the-pod\n");
        folder.Write("namespace", "orders\n");
        Environment.SetEnvironmentVariable("KUBERNETES_SERVICE_HOST", "10.96.0.1");
        Environment.SetEnvironmentVariable("KUBERNETES_SERVICE_PORT", "443");
        try
        {
            var configuration = KubernetesClientConfiguration.InClusterConfig(folder.Path);
            Assert.Equal(("https://10.96.0.1/", "orders"), (configuration.Host, configuration.Namespace));
        }
        finally
        {
            Environment.SetEnvironmentVariable("KUBERNETES_SERVICE_HOST", null);
            Environment.SetEnvironmentVariable("KUBERNETES_SERVICE_PORT", null);
        }
        Assert.Contains(
            "automountServiceAccountToken",
            Assert
                .Throws<KubeConfigException>(() => KubernetesClientConfiguration.InClusterConfig(folder.Path))
                .Message,
            StringComparison.Ordinal
        );
    }

    static KubernetesClientConfiguration Load(string text) =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    static string Config(string server = "http://server:1234", string user = "{token: t}", string more = "") =>
        $$"""
            apiVersion: v1
            kind: Config
            current-context: main
            contexts:
            - name: main
              context: {cluster: c, user: u, namespace: orders}
            clusters:
            - name: c
              cluster: {server: "{{server}}"{{more}}}
            users:
            - name: u
              user: {{user}}
            """;
}

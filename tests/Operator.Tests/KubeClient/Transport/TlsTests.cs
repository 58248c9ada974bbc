using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Authentication;
using k8s.KubeConfigModels;
using Operator.KubeClient.Resources;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Transport;

public sealed class TlsTests : IDisposable
{
    static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly X509Certificate2 authority = Authority("CN=authority");

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task A_certificate_of_the_cluster_s_own_authority_is_trusted_and_brings_HTTP_2()
    {
        await using var cluster = await StartAsync(Server(authority, "127.0.0.1"), c => c.SslCaCerts = [authority]);
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Equal("HTTP/2", cluster.Server.Calls.All[0].Protocol);
    }

    [Fact]
    public async Task HTTP_2_can_be_turned_off()
    {
        await using var cluster = await StartAsync(
            Server(authority, "127.0.0.1"),
            c => (c.SslCaCerts, c.DisableHttp2) = ([authority], true)
        );
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Equal("HTTP/1.1", cluster.Server.Calls.All[0].Protocol);
    }

    [Fact]
    public async Task A_certificate_of_the_right_authority_for_another_name_is_refused()
    {
        await using var cluster = await StartAsync(
            Server(authority, "another.example"),
            c => c.SslCaCerts = [authority]
        );
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Empty(cluster.Server.Calls.All);
    }

    [Fact]
    public async Task The_name_to_look_for_can_be_given()
    {
        await using var cluster = await StartAsync(
            Server(authority, "another.example"),
            c => (c.SslCaCerts, c.TlsServerName) = ([authority], "another.example")
        );
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var other = Authority("CN=authority");
        await using var cluster = await StartAsync(Server(other, "127.0.0.1"), c => c.SslCaCerts = [authority]);
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Without_an_authority_those_of_the_system_count()
    {
        await using var cluster = await StartAsync(Server(authority, "127.0.0.1"), _ => { });
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Verification_is_skipped_only_when_asked_for_by_name()
    {
        await using var cluster = await StartAsync(Server(authority, "another.example"), c => c.SkipTlsVerify = true);
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task A_client_certificate_is_shown()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var mine = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(From, Until);
        var options = new ApiServerOptions
        {
            Certificate = Server(authority, "127.0.0.1"),
            AskForClientCertificate = true,
        };
        await using var cluster = await Cluster.StartAsync(
            options,
            configure: c =>
            {
                c.SslCaCerts = [authority];
                c.ClientCertificateData = Base64(mine.ExportCertificatePem());
                c.ClientCertificateKeyData = Base64(key.ExportPkcs8PrivateKeyPem());
            }
        );
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Equal("CN=me", cluster.Server.Calls.All[0].ClientCertificate);
    }

    [Fact]
    public async Task A_program_s_client_certificate_is_shown_too()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var mine = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(From, Until);
        var status = new JsonObject
        {
            ["clientCertificateData"] = mine.ExportCertificatePem(),
            ["clientKeyData"] = key.ExportPkcs8PrivateKeyPem(),
        };
        var answer = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ExecCredential",
            ["status"] = status,
        };
        var execution = new ExternalExecution
        {
            ApiVersion = "v1",
            Command = "printf",
            Arguments = ["%s", answer.ToJsonString()],
        };
        var provider = new ExecTokenProvider(execution);
        var options = new ApiServerOptions
        {
            Certificate = Server(authority, "127.0.0.1"),
            AskForClientCertificate = true,
        };
        await using var cluster = await Cluster.StartAsync(
            options,
            configure: c => (c.SslCaCerts, c.TokenProvider, c.CertificateProvider) = ([authority], provider, provider)
        );
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Equal("CN=me", cluster.Server.Calls.All[0].ClientCertificate);
    }

    [Fact]
    public async Task A_connection_that_is_half_open_is_found_by_its_pings()
    {
        Relay? relay = null;
        await using var cluster = await StartAsync(
            Server(authority, "127.0.0.1"),
            c =>
            {
                relay = new Relay(new Uri(c.Host).Port);
                (c.Host, c.SslCaCerts) = ($"https://127.0.0.1:{relay.Port}", [authority]);
                // The least that there is; the usual half a minute is not for a test.
                c.FirstMessageHandlerSetup = handler =>
                    handler.KeepAlivePingDelay = handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
            }
        );
        await using (relay)
        {
            cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
            await using var watch = cluster
                .ConfigMaps.WatchAsync(new WatchOptions { ResourceVersion = "0" })
                .GetAsyncEnumerator();
            Assert.True(await watch.MoveNextAsync());
            relay!.Swallow();
            await Assert.ThrowsAnyAsync<IOException>(async () => await watch.MoveNextAsync());
        }
    }

    static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    static Task<Cluster> StartAsync(X509Certificate2 certificate, Action<KubernetesClientConfiguration> configure) =>
        Cluster.StartAsync(new ApiServerOptions { Certificate = certificate }, configure: configure);

    static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(From, Until);
    }

    static X509Certificate2 Server(X509Certificate2 issuer, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(issuer, From, Until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}

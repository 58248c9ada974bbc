using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Remoting.Tls;
using Xunit;

namespace Broker.Tests.Remoting.Tls;

public sealed class TlsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tls-").FullName;
    readonly TestCertificate first = new("localhost");

    public void Dispose()
    {
        first.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Encrypted_and_plain_clients_share_the_port()
    {
        await using var server = Serve(WithFiles());
        await using var encrypted = await ConnectAsync(server, first);
        await using var plain = await RemotingClient.ConnectAsync(server.Address.ToString());
        await AssertServedAsync(encrypted);
        await AssertServedAsync(plain);
    }

    [Fact]
    public async Task A_test_certificate_is_made_when_there_is_none()
    {
        await using var server = Serve(new TlsServerOptions());
        await using var client = await ConnectAsync(server, trusted: null);
        await AssertServedAsync(client);
    }

    [Theory]
    [InlineData(TlsMode.Disabled, true)]
    [InlineData(TlsMode.Permissive, false)]
    public async Task A_handshake_that_nothing_can_answer_is_a_counted_close(TlsMode mode, bool testMode)
    {
        await using var server = Serve(new TlsServerOptions { Mode = mode, TestMode = testMode });
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[0x16, 0x03, 0x01, 0x02, 0x00]);
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("tls_not_configured"));
    }

    [Fact]
    public async Task Enforcing_refuses_plain_connections()
    {
        var options = WithFiles();
        options.Mode = TlsMode.Enforcing;
        await using var server = Serve(options);
        using var plain = await server.ConnectAsync();
        await plain.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo));
        await plain.WaitForEndAsync();
        Assert.Equal(1, server.Closed("tls_required"));
        await using var encrypted = await ConnectAsync(server, first);
        await AssertServedAsync(encrypted);
    }

    [Fact]
    public async Task A_handshake_that_is_none_is_a_counted_close()
    {
        await using var server = Serve(WithFiles());
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[0x16, 0x03, 0x01, 0x00, 0x04, 1, 2, 3, 4]);
        await client.WaitForEndAsync();
        await TestServer.UntilAsync(() => server.Closed("tls_handshake_failed") == 1, "the count");
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        var time = new SteppedTime();
        await using var server = new TestServer(new RemotingOptions { Tls = WithFiles() }, time);
        await (await ConnectAsync(server, first)).DisposeAsync();
        using var second = new TestCertificate("localhost");
        second.Save(folder);
        time.Advance(TimeSpan.FromSeconds(11));
        await (await ConnectAsync(server, second)).DisposeAsync();
        File.WriteAllText(Path.Combine(folder, "tls.crt"), "half a file");
        time.Advance(TimeSpan.FromSeconds(11));
        await (await ConnectAsync(server, second)).DisposeAsync();
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_stops_the_start()
    {
        var options = WithFiles();
        File.WriteAllText(options.KeyPath, "no key");
        var wrong = Assert.Throws<TlsConfigurationException>(() => Serve(options));
        Assert.Contains(options.KeyPath, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClientCertificates.None, false, true)]
    [InlineData(ClientCertificates.Optional, false, true)]
    [InlineData(ClientCertificates.Optional, true, true)]
    [InlineData(ClientCertificates.Require, false, false)]
    [InlineData(ClientCertificates.Require, true, true)]
    public async Task Clients_show_certificates_as_asked(ClientCertificates asked, bool shown, bool served)
    {
        using var client = new TestCertificate("client");
        Assert.Equal(served, await IsServedAsync(asked, trusted: client, shown ? client : null));
    }

    [Theory]
    [InlineData(ClientCertificates.Optional)]
    [InlineData(ClientCertificates.Require)]
    public async Task A_stranger_s_certificate_is_refused(ClientCertificates asked)
    {
        using var client = new TestCertificate("client");
        using var stranger = new TestCertificate("client");
        Assert.False(await IsServedAsync(asked, trusted: client, stranger));
    }

    async Task<bool> IsServedAsync(ClientCertificates asked, TestCertificate trusted, TestCertificate? shown)
    {
        var options = WithFiles();
        options.ClientCertificates = asked;
        options.TrustPath = Path.Combine(folder, "ca.crt");
        await File.WriteAllTextAsync(options.TrustPath, trusted.Certificate.ExportCertificatePem());
        await using var server = Serve(options);
        try
        {
            await using var connected = await ConnectAsync(server, first, shown);
            await AssertServedAsync(connected);
            return true;
        }
        catch (IOException)
        {
            await TestServer.UntilAsync(() => server.Closed("tls_handshake_failed") == 1, "the count");
            return false;
        }
    }

    TlsServerOptions WithFiles()
    {
        first.Save(folder);
        return new TlsServerOptions
        {
            CertificatePath = Path.Combine(folder, "tls.crt"),
            KeyPath = Path.Combine(folder, "tls.key"),
        };
    }

    static TestServer Serve(TlsServerOptions options) => new(new RemotingOptions { Tls = options });

    /// <summary>Trusts one certificate, or with null whatever is shown.</summary>
    static Task<RemotingClient> ConnectAsync(TestServer server, TestCertificate? trusted, TestCertificate? own = null)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
                trusted is null || shown!.GetCertHashString() == trusted.Certificate.GetCertHashString(),
        };
        if (own is not null)
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(own.Certificate, null, offline: true);
        return RemotingClient.ConnectAsync(server.Address.ToString(), new RemotingClientSettings { Tls = tls });
    }

    static async Task AssertServedAsync(RemotingClient client)
    {
        byte[] body = new byte[300_000];
        var answer = await client.InvokeAsync((RequestCode)TestServer.Echo, null, body);
        Assert.Equal(body, answer.Body.ToArray());
    }
}

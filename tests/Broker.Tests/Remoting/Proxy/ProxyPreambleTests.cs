using System.Net;
using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Remoting.Proxy;
using Xunit;

namespace Broker.Tests.Remoting.Proxy;

public sealed class ProxyPreambleTests
{
    const string Signature = "0D0A0D0A000D0A515549540A";

    public static TheoryData<byte[], string> Preambles =>
        new()
        {
            { Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 10911\r\n"), "192.0.2.7:56324" },
            { Line("PROXY TCP6 2001:db8::7 2001:db8::1 56324 10911\r\n"), "[2001:db8::7]:56324" },
            { Block("21", "11", "C0000207C0000201DC042A9F"), "192.0.2.7:56324" },
            { Block("21", "11", "C0000207C0000201DC042A9F" + "040003616263"), "192.0.2.7:56324" },
            {
                Block("21", "21", "20010DB8000000000000000000000007" + "20010DB8000000000000000000000001" + "DC042A9F"),
                "[2001:db8::7]:56324"
            },
        };

    public static TheoryData<byte[]> PreamblesWithoutAPeer =>
        [
            Line("PROXY UNKNOWN\r\n"),
            Line("PROXY UNKNOWN ff::1 ff::2 1 2\r\n"),
            Block("20", "00", ""),
            Block("21", "31", ""),
        ];

    public static TheoryData<byte[]> Nonsense =>
        [
            Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324\r\n"),
            Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 70000\r\n"),
            Line("PROXY TCP4 nobody 192.0.2.1 56324 1\r\n"),
            Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 10911\n"),
            Line("POST / HTTP/1.1\r\n"),
            Line(new string('P', 200)),
            Block("31", "11", "C0000207C0000201DC042A9F"),
            Block("22", "11", "C0000207C0000201DC042A9F"),
            Block("21", "11", "C0000207"),
            Convert.FromHexString("0D0A0D0A000D0A515549540B2111000C" + "C0000207C0000201DC042A9F"),
            Convert.FromHexString(Signature + "2111FFFF"),
        ];

    [Theory]
    [MemberData(nameof(Preambles))]
    public async Task The_peer_is_the_one_that_the_proxy_names(byte[] preamble, string peer)
    {
        await using var server = new TestServer(Trusting());
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. preamble, .. Ask()]);
        await client.ReceiveAsync();
        Assert.Equal(peer, Assert.Single(server.Server.Connections).RemoteEndPoint.ToString());
    }

    [Theory]
    [MemberData(nameof(PreamblesWithoutAPeer))]
    public async Task A_proxy_that_speaks_for_itself_keeps_its_address(byte[] preamble)
    {
        await using var server = new TestServer(Trusting());
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. preamble, .. Ask()]);
        await client.ReceiveAsync();
        Assert.Equal(IPAddress.Loopback, Assert.Single(server.Server.Connections).RemoteEndPoint.Address);
    }

    [Fact]
    public async Task A_preamble_may_come_byte_by_byte()
    {
        await using var server = new TestServer(Trusting());
        using var client = await server.ConnectAsync();
        foreach (var one in Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 10911\r\n"))
            await client.SendAsync((byte[])[one]);
        await client.SendAsync(Ask());
        await client.ReceiveAsync();
        Assert.Equal("192.0.2.7:56324", Assert.Single(server.Server.Connections).RemoteEndPoint.ToString());
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_only_looks_like_a_preamble_is_a_counted_close(byte[] bytes)
    {
        await using var server = new TestServer(Trusting());
        using var client = await server.ConnectAsync();
        await client.SendAsync(bytes);
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("proxy_preamble_invalid"));
    }

    [Fact]
    public async Task A_preamble_that_stops_in_the_middle_is_given_up()
    {
        await using var server = new TestServer(Trusting(TimeSpan.FromMilliseconds(50)));
        using var client = await server.ConnectAsync();
        await client.SendAsync(Line("PROXY TCP4 192"));
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("proxy_preamble_invalid"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.1")]
    public async Task A_preamble_from_an_address_that_is_not_trusted_is_a_counted_close(string trusted)
    {
        await using var server = new TestServer(Trusting(trusted: trusted));
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. Line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 10911\r\n"), .. Ask()]);
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("proxy_preamble_untrusted"));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("10.0.0.0/8, fd00::/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "fd00::7", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "11.0.0.1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("", "127.0.0.1", false)]
    public void Addresses_and_networks_are_trusted(string trusted, string address, bool expected)
    {
        Assert.True(TrustedProxies.TryParse(trusted, out var proxies));
        Assert.Equal(expected, proxies.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.1,,x")]
    public void A_word_that_is_no_address_is_refused(string trusted) =>
        Assert.False(TrustedProxies.TryParse(trusted, out _));

    static RemotingOptions Trusting(TimeSpan? handshakeTimeout = null, string trusted = "127.0.0.1")
    {
        Assert.True(TrustedProxies.TryParse(trusted, out var proxies));
        var options = new RemotingOptions { TrustedProxies = proxies };
        options.HandshakeTimeout = handshakeTimeout ?? options.HandshakeTimeout;
        return options;
    }

    static byte[] Line(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] Block(string command, string family, string addresses) =>
        Convert.FromHexString($"{Signature}{command}{family}{addresses.Length / 2:X4}{addresses}");

    static byte[] Ask() => RawClient.Frame(SerializeType.Json, TestServer.Echo);
}

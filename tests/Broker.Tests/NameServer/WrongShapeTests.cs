using System.Text;
using Broker.NameServer;
using Broker.NameServer.KeyValues;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.NameServer;

/// <summary>Bodies and files that are JSON, or nearly, and not what they should be.</summary>
public sealed class WrongShapeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("nameserver").FullName;

    string KeyValues => Path.Combine(_folder, "kvConfig.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("abcabc")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("12")]
    [InlineData("\"topics\"")]
    [InlineData("{\"topicConfigSerializeWrapper\":[]}")]
    [InlineData("{\"topicConfigSerializeWrapper\":{\"topicConfigTable\":[]}}")]
    [InlineData("{\"topicConfigSerializeWrapper\":{\"topicConfigTable\":{\"t\":7}}}")]
    [InlineData("{\"topicConfigSerializeWrapper\":{\"dataVersion\":7}}")]
    [InlineData("{\"filterServerList\":{}}")]
    public async Task A_registration_of_another_shape_is_refused_and_changes_nothing(string body)
    {
        using var metrics = new MetricsRegistry(new MetricsOptions(), TimeProvider.System);
        await using var node = new NameServerNode(
            new NameServerOptions(),
            new RemotingOptions(),
            metrics,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        var address = node.Start(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var client = await RemotingClient.ConnectAsync(address.ToString());
        foreach (var code in (RequestCode[])[RequestCode.RegisterBroker, RequestCode.QueryDataVersion])
        {
            // A question for the version has another body, and a member of it that is wrong counts as absent.
            if (code == RequestCode.QueryDataVersion && body.StartsWith('{'))
                continue;
            var fields = new FieldList
            {
                { "clusterName", "c" },
                { "brokerName", "b" },
                { "brokerAddr", "127.0.0.1:1" },
                { "brokerId", 0 },
            };
            var answer = await client.InvokeAsync(code, fields, Encoding.UTF8.GetBytes(body), TimeSpan.FromSeconds(30));
            Assert.Equal(ResponseCode.SystemError, answer.Code);
            Assert.Empty(node.Routes.Groups());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{\"configTable\":[]}")]
    [InlineData("{\"configTable\":{\"ns\":7}}")]
    public void Key_values_that_cannot_be_read_are_kept_aside(string content)
    {
        File.WriteAllText(KeyValues, content);
        var log = new LogLines();
        var table = new KeyValueTable(KeyValues, log);
        Assert.Contains(log.All, line => line.Contains("kvConfig.json", StringComparison.Ordinal));
        table.Put("ns", "a", "1");
        Assert.Equal(content, File.ReadAllText(KeyValues + ".damaged"));
        Assert.Equal("1", new KeyValueTable(KeyValues, log).Get("ns", "a"));
    }

    [Fact]
    public void Key_values_that_cannot_be_kept_are_not_changed()
    {
        var table = new KeyValueTable(KeyValues, new LogLines());
        table.Put("ns", "a", "1");
        // A folder stands where the next content would be written.
        Directory.CreateDirectory(KeyValues + ".tmp");
        Assert.Throws<RefusedException>(() => table.Put("ns", "a", "2"));
        Assert.Throws<RefusedException>(() => table.Delete("ns", "a"));
        Assert.Equal("1", table.Get("ns", "a"));
        Assert.Equal("1", new KeyValueTable(KeyValues, new LogLines()).Get("ns", "a"));
    }
}

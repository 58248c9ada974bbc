using System.Net;
using System.Text;
using Broker.NameServer;
using Broker.NameServer.KeyValues;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.NameServer;

public sealed class NameServerNodeTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string folder = Directory.CreateTempSubdirectory("nameserver").FullName;
    NameServerOptions options;
    readonly MetricsRegistry metrics = new(new MetricsOptions(), TimeProvider.System);
    NameServerNode node;
    RemotingClient client = null!;

    public NameServerNodeTests()
    {
        options = new NameServerOptions { KvConfigPath = Path.Combine(folder, "namesrv", "kvConfig.json") };
        node = NewNode();
    }

    public async ValueTask InitializeAsync() =>
        client = await ConnectAsync(node.Start(new IPEndPoint(IPAddress.Loopback, 0)));

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await node.DisposeAsync();
        metrics.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_registers_and_its_route_is_found(bool compressed)
    {
        await RegisterAsync(client, compressed);
        var answer = await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } });
        Assert.Equal(
            "{\"brokerDatas\":[{\"brokerAddrs\":{\"0\":\"127.0.0.1:10911\"},\"brokerName\":\"broker-a\","
                + "\"cluster\":\"DefaultCluster\",\"enableActingMaster\":false}],\"filterServerTable\":{},"
                + "\"queueDatas\":[{\"brokerName\":\"broker-a\",\"perm\":6,\"readQueueNums\":4,\"topicSysFlag\":0,"
                + "\"writeQueueNums\":4}]}",
            Body(answer)
        );
    }

    [Fact]
    public async Task An_old_client_gets_unquoted_keys_unless_it_asks_for_standard_json()
    {
        await RegisterAsync(client);
        var raw = new RawFrames(client.Connection.RemoteEndPoint);
        var old = await raw.CallAsync(105, version: 399, "{\"topic\":\"orders\"}");
        Assert.Contains("\"brokerAddrs\":{0:\"127.0.0.1:10911\"}", old.Body, StringComparison.Ordinal);
        var standard = await raw.CallAsync(105, version: 399, "{\"topic\":\"orders\",\"acceptStandardJsonOnly\":true}");
        Assert.Contains("\"brokerAddrs\":{\"0\":\"127.0.0.1:10911\"}", standard.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_topic_is_answered_with_the_words_that_clients_look_for()
    {
        var answer = await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "nowhere" } });
        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.Equal(
            "No topic route info in name server for the topic: nowhere\n"
                + "See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.",
            answer.Remark
        );
    }

    [Fact]
    public async Task Any_other_code_is_answered_with_3()
    {
        foreach (var code in (int[])[1, 10, 302, 999_999])
        {
            var answer = await CallAsync((RequestCode)code);
            Assert.Equal(ResponseCode.RequestCodeNotSupported, answer.Code);
            Assert.Equal($" request type {code} not supported", answer.Remark);
        }
    }

    [Fact]
    public async Task A_missing_field_is_named()
    {
        var answer = await CallAsync(RequestCode.GetRouteInfoByTopic);
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("topic", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_route_goes_when_the_broker_hangs_up()
    {
        var broker = await ConnectAsync(client.Connection.RemoteEndPoint);
        await RegisterAsync(broker);
        await broker.DisposeAsync();
        var deadline = TimeProvider.System.GetTimestamp();
        while (
            (await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } })).Code
            == ResponseCode.Success
        )
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Patience, "the route is still there");
    }

    [Fact]
    public async Task A_damaged_registration_is_refused_and_changes_nothing()
    {
        var body = Catalogue().ToJson();
        var wrongSum = await CallAsync(RequestCode.RegisterBroker, Fields(false, Crc32.OfBody(body) ^ 1), body);
        Assert.Equal((ResponseCode.SystemError, "crc32 not match"), (wrongSum.Code, wrongSum.Remark));
        foreach (var compressed in (bool[])[true, false])
        {
            var damaged = await CallAsync(RequestCode.RegisterBroker, Fields(compressed, 0), "{\"topic"u8.ToArray());
            Assert.Equal(ResponseCode.SystemError, damaged.Code);
        }
        Assert.Empty(node.Routes.Groups());
    }

    [Fact]
    public async Task A_broker_that_leaves_is_gone_at_once()
    {
        await RegisterAsync(client);
        await CallAsync(RequestCode.UnregisterBroker, Fields(false, 0));
        Assert.Empty(node.Routes.Groups());
    }

    [Fact]
    public async Task The_clusters_are_listed_with_unquoted_ids()
    {
        await RegisterAsync(client);
        Assert.Equal(
            "{\"brokerAddrTable\":{\"broker-a\":{\"brokerAddrs\":{0:\"127.0.0.1:10911\"},\"brokerName\":\"broker-a\","
                + "\"cluster\":\"DefaultCluster\",\"enableActingMaster\":false}},"
                + "\"clusterAddrTable\":{\"DefaultCluster\":[\"broker-a\"]}}",
            Body(await CallAsync(RequestCode.GetBrokerClusterInfo))
        );
    }

    [Fact]
    public async Task Topics_are_listed_by_what_they_are()
    {
        await RegisterAsync(client);
        Assert.Equal(
            "{\"topicList\":[\"orders\",\"stock\",\"unit\"]}",
            Body(await CallAsync(RequestCode.GetAllTopicListFromNameServer))
        );
        Assert.Equal(
            "{\"topicList\":[\"orders\",\"stock\",\"unit\"]}",
            Body(await CallAsync(RequestCode.GetTopicsByCluster, new() { { "cluster", "DefaultCluster" } }))
        );
        Assert.Equal(
            "{\"topicList\":[]}",
            Body(await CallAsync(RequestCode.GetTopicsByCluster, new() { { "cluster", "x" } }))
        );
        Assert.Equal(
            "{\"brokerAddr\":\"127.0.0.1:10911\",\"topicList\":[\"DefaultCluster\",\"broker-a\"]}",
            Body(await CallAsync(RequestCode.GetSystemTopicListFromNameServer))
        );
        Assert.Equal("{\"topicList\":[\"unit\"]}", Body(await CallAsync(RequestCode.GetUnitTopicList)));
        Assert.Equal("{\"topicList\":[\"stock\"]}", Body(await CallAsync(RequestCode.GetHasUnitSubTopicList)));
        Assert.Equal("{\"topicList\":[\"stock\"]}", Body(await CallAsync(RequestCode.GetHasUnitSubUnUnitTopicList)));
    }

    [Fact]
    public async Task A_broker_learns_whether_its_topics_are_known()
    {
        await RegisterAsync(client);
        var same = await CallAsync(
            RequestCode.QueryDataVersion,
            Fields(false, 0),
            Encoding.UTF8.GetBytes(Catalogue().Version.ToJson())
        );
        Assert.Equal("false", same.Fields["changed"]);
        var newer = Catalogue().Version.Next(5).ToJson();
        var changed = await CallAsync(RequestCode.QueryDataVersion, Fields(false, 0), Encoding.UTF8.GetBytes(newer));
        Assert.Equal("true", changed.Fields["changed"]);
        Assert.Equal("{\"counter\":1,\"stateVersion\":0,\"timestamp\":1}", Body(changed));
    }

    [Fact]
    public async Task The_members_of_a_group_are_listed()
    {
        await RegisterAsync(client);
        var answer = await CallAsync(RequestCode.GetBrokerMemberGroup, Fields(false, 0));
        Assert.Equal(
            "{\"brokerMemberGroup\":{\"brokerAddrs\":{0:\"127.0.0.1:10911\"},"
                + "\"brokerName\":\"broker-a\",\"cluster\":\"DefaultCluster\"}}",
            Body(answer)
        );
        Assert.Equal(ResponseCode.Success, (await CallAsync(RequestCode.BrokerHeartbeat, Fields(false, 0))).Code);
    }

    [Fact]
    public async Task Write_permission_is_wiped_and_given_back()
    {
        await RegisterAsync(client);
        var wiped = await CallAsync(RequestCode.WipeWritePermOfBroker, new() { { "brokerName", "broker-a" } });
        Assert.Equal("3", wiped.Fields["wipeTopicCount"]);
        var route = await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } });
        Assert.Equal(4, TopicRouteData.Parse(route.Body.Span).QueueDatas[0].Perm);
        var added = await CallAsync(RequestCode.AddWritePermOfBroker, new() { { "brokerName", "broker-a" } });
        Assert.Equal("3", added.Fields["addTopicCount"]);
    }

    [Fact]
    public async Task A_topic_is_deleted_and_registered_alone()
    {
        await RegisterAsync(client);
        var route = (await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } })).Body.ToArray();
        await CallAsync(RequestCode.DeleteTopicInNameServer, new() { { "topic", "orders" } });
        Assert.Null(node.Routes.Find("orders"));
        Assert.Equal(
            ResponseCode.Success,
            (await CallAsync(RequestCode.RegisterTopicInNameServer, new() { { "topic", "orders" } }, route)).Code
        );
        Assert.NotNull(node.Routes.Find("orders"));
    }

    [Fact]
    public async Task Key_values_are_kept_over_a_restart()
    {
        await PutAsync("ns", "a", "中文 \"quoted\"");
        await PutAsync("ns", "b", "2");
        await CallAsync(RequestCode.DeleteKvConfig, new() { { "namespace", "ns" }, { "key", "b" } });
        await client.DisposeAsync();
        await node.DisposeAsync();
        node = NewNode();
        await InitializeAsync();
        var found = await CallAsync(RequestCode.GetKvConfig, new() { { "namespace", "ns" }, { "key", "a" } });
        Assert.Equal("中文 \"quoted\"", found.Fields["value"]);
        var gone = await CallAsync(RequestCode.GetKvConfig, new() { { "namespace", "ns" }, { "key", "b" } });
        Assert.Equal((ResponseCode.QueryNotFound, "No config item, Namespace: ns Key: b"), (gone.Code, gone.Remark));
        var list = await CallAsync(RequestCode.GetKvListByNamespace, new() { { "namespace", "ns" } });
        Assert.Equal("{\"table\":{\"a\":\"中文 \\\"quoted\\\"\"}}", Body(list));
        Assert.Equal(
            ResponseCode.QueryNotFound,
            (await CallAsync(RequestCode.GetKvListByNamespace, new() { { "namespace", "x" } })).Code
        );
    }

    [Fact]
    public async Task Ordered_topics_are_told_to_brokers_and_when_asked_for_to_clients()
    {
        await PutAsync(KeyValueTable.OrderTopics, "orders", "broker-a:4");
        Assert.Equal("{\"table\":{\"orders\":\"broker-a:4\"}}", Body(await RegisterAsync(client)));
        Assert.Null(await OrderConfAsync());
        var change = await CallAsync(RequestCode.UpdateNameServerConfig, null, "orderMessageEnable=true\n"u8.ToArray());
        Assert.Equal(ResponseCode.Success, change.Code);
        Assert.Equal("broker-a:4", await OrderConfAsync());
        await PutAsync(KeyValueTable.OrderTopics, "orders", "broker-a:8");
        Assert.Equal("broker-a:8", await OrderConfAsync());
    }

    [Fact]
    public async Task The_settings_can_be_read_and_only_known_ones_be_changed()
    {
        Assert.Contains(
            "orderMessageEnable=false\n",
            Body(await CallAsync(RequestCode.GetNameServerConfig)),
            StringComparison.Ordinal
        );
        foreach (var text in (string[])["kvConfigPath=/etc/passwd", "nonsense=1", "orderMessageEnable=maybe"])
        {
            var answer = await CallAsync(RequestCode.UpdateNameServerConfig, null, Encoding.UTF8.GetBytes(text));
            Assert.Equal(ResponseCode.NoPermission, answer.Code);
        }
    }

    [Fact]
    public async Task Changed_settings_outlast_a_restart_and_refused_ones_do_not()
    {
        var refused = "returnOrderTopicConfigToBroker=false\norderMessageEnable=maybe\n"u8.ToArray();
        await CallAsync(RequestCode.UpdateNameServerConfig, null, refused);
        await CallAsync(RequestCode.UpdateNameServerConfig, null, "orderMessageEnable=true\n"u8.ToArray());
        await client.DisposeAsync();
        await node.DisposeAsync();
        options = new NameServerOptions { KvConfigPath = options.KvConfigPath };
        node = NewNode();
        client = await ConnectAsync(node.Start(new IPEndPoint(IPAddress.Loopback, 0)));
        var settings = Body(await CallAsync(RequestCode.GetNameServerConfig));
        Assert.Contains("orderMessageEnable=true\n", settings, StringComparison.Ordinal);
        Assert.Contains("returnOrderTopicConfigToBroker=true\n", settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_place_to_keep_it_a_changed_setting_holds_until_the_end_and_the_answer_says_so()
    {
        await client.DisposeAsync();
        await node.DisposeAsync();
        options = new NameServerOptions();
        node = NewNode();
        client = await ConnectAsync(node.Start(new IPEndPoint(IPAddress.Loopback, 0)));
        var changed = await CallAsync(RequestCode.UpdateNameServerConfig, null, "orderMessageEnable=true"u8.ToArray());
        Assert.Equal(ResponseCode.Success, changed.Code);
        Assert.Contains("configStorePath", changed.Remark, StringComparison.Ordinal);
        Assert.True(options.OrderMessageEnable);
    }

    [Fact]
    public async Task Settings_that_could_not_be_kept_are_not_changed()
    {
        await client.DisposeAsync();
        await node.DisposeAsync();
        // A folder stands where the file would be.
        options = new NameServerOptions
        {
            ConfigStorePath = Directory.CreateDirectory(Path.Combine(folder, "x")).FullName,
        };
        node = NewNode();
        client = await ConnectAsync(node.Start(new IPEndPoint(IPAddress.Loopback, 0)));
        var refused = await CallAsync(RequestCode.UpdateNameServerConfig, null, "orderMessageEnable=true"u8.ToArray());
        Assert.Equal(ResponseCode.SystemError, refused.Code);
        Assert.Contains("could not be kept", refused.Remark, StringComparison.Ordinal);
        Assert.False(options.OrderMessageEnable);
    }

    NameServerNode NewNode() =>
        new(options, new RemotingOptions(), metrics, TimeProvider.System, NullLoggerFactory.Instance);

    static Task<RemotingClient> ConnectAsync(IPEndPoint address) => RemotingClient.ConnectAsync(address.ToString());

    Task<RemotingResponse> CallAsync(RequestCode code, FieldList? fields = null, byte[]? body = null) =>
        client.InvokeAsync(code, fields, body, Patience);

    async Task PutAsync(string space, string key, string value)
    {
        var answer = await CallAsync(
            RequestCode.PutKvConfig,
            new()
            {
                { "namespace", space },
                { "key", key },
                { "value", value },
            }
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
    }

    async Task<string?> OrderConfAsync()
    {
        var answer = await CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } });
        return TopicRouteData.Parse(answer.Body.Span).OrderTopicConf;
    }

    static async Task<RemotingResponse> RegisterAsync(RemotingClient broker, bool compressed = false)
    {
        var body = compressed ? Catalogue().ToCompressed() : Catalogue().ToJson();
        var answer = await broker.InvokeAsync(
            RequestCode.RegisterBroker,
            Fields(compressed, Crc32.OfBody(body)),
            body,
            Patience
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
        return answer;
    }

    static FieldList Fields(bool compressed, int crc) =>
        new()
        {
            { "brokerName", "broker-a" },
            { "brokerAddr", "127.0.0.1:10911" },
            { "clusterName", "DefaultCluster" },
            { "haServerAddr", "127.0.0.1:10912" },
            { "brokerId", 0 },
            { "compressed", compressed },
            { "bodyCrc32", crc },
        };

    static RegisterBrokerBody Catalogue() =>
        new(
            new DataVersion(0, 1, 1),
            [
                new TopicConfig
                {
                    TopicName = "orders",
                    ReadQueueNums = 4,
                    WriteQueueNums = 4,
                },
                new TopicConfig { TopicName = "stock", TopicSysFlag = 2 },
                new TopicConfig { TopicName = "unit", TopicSysFlag = 1 },
            ],
            []
        );

    static string Body(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}

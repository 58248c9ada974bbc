using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Topics;

public sealed class TopicAdminTests : BrokerTest
{
    [Fact]
    public async Task A_topic_is_created_read_changed_and_deleted()
    {
        Assert.Equal(ResponseCode.Success, await UpdateAsync("orders", 3));
        Assert.Equal(3, (await ReadAsync("orders")).ReadQueueNums);
        Assert.Equal(ResponseCode.Success, await UpdateAsync("orders", 5, ("perm", 4)));
        var changed = await ReadAsync("orders");
        Assert.Equal((5, 4), (changed.WriteQueueNums, changed.Perm));
        Assert.Equal(
            ResponseCode.Success,
            (await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"))).Code
        );
        var gone = await Target.CallAsync(RequestCode.GetTopicConfig, ("topic", "orders"));
        Assert.Equal((ResponseCode.TopicNotExist, "No topic in this broker. topic: orders"), (gone.Code, gone.Remark));
    }

    [Fact]
    public async Task All_topics_are_told_at_once_or_in_pages()
    {
        var all = await Target.CallAsync(RequestCode.GetAllTopicConfig);
        var table = TopicConfigTable.Parse(all.Body.Span);
        Assert.Equal(table.Topics.Count, all.Long("totalTopicNum"));
        var version = table.Version.ToJson();
        var names = new List<string>();
        while (names.Count < table.Topics.Count)
        {
            var page = await Target.CallAsync(
                RequestCode.GetAllTopicConfig,
                ("topicSeq", names.Count),
                ("maxTopicNum", 3),
                ("dataVersion", version)
            );
            Assert.Equal(table.Topics.Count, page.Long("totalTopicNum"));
            names.AddRange(TopicConfigTable.Parse(page.Body.Span).Topics.Select(topic => topic.TopicName));
        }
        Assert.Equal(table.Topics.Select(topic => topic.TopicName).Order(StringComparer.Ordinal), names);
        // Of another state of the table the first page comes again.
        await UpdateAsync("orders", 3);
        var changed = await Target.CallAsync(
            RequestCode.GetAllTopicConfig,
            ("topicSeq", 3),
            ("maxTopicNum", 3),
            ("dataVersion", version)
        );
        Assert.Equal(names[..3], TopicConfigTable.Parse(changed.Body.Span).Topics.Select(topic => topic.TopicName));
    }

    [Fact]
    public async Task With_a_topic_its_retries_of_popped_messages_go()
    {
        foreach (var name in (string[])["orders", "%RETRY%readers_orders", "%RETRY%readers+orders", "%RETRY%readers"])
            Target.Node.Topics.GetOrCreate(new TopicConfig { TopicName = name });
        await Target.PullAsync("orders");
        await Target.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", "readers"),
            ("topic", "orders"),
            ("queueId", 0),
            ("commitOffset", 0)
        );
        await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        Assert.Equal(
            ["%RETRY%readers"],
            Target.Node.Topics.All.Select(topic => topic.Name).Where(name => name.Contains("readers"))
        );
    }

    [Fact]
    public async Task Deleting_what_is_not_there_succeeds() =>
        Assert.Equal(
            ResponseCode.Success,
            (await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "none"))).Code
        );

    [Fact]
    public async Task A_topic_that_is_created_again_is_empty()
    {
        await Target.SendAsync("orders", "old");
        await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        var answer = await Target.SendAsync("orders", "new");
        Assert.Equal("0", answer.Fields["queueOffset"]);
        Assert.Equal(["new"], Messages(await Target.PullAsync("orders")).Select(m => m.Text));
    }

    [Theory]
    [InlineData("a b", "The specified topic contains illegal characters")]
    [InlineData("", "The specified topic is blank.")]
    [InlineData("TBW102", "The topic[TBW102] is conflict with system topic.")]
    [InlineData("DefaultCluster", "The topic[DefaultCluster] is conflict with system topic.")]
    [InlineData("rmq_sys_x", "The topic[rmq_sys_x] is conflict with system topic.")]
    public async Task Names_that_are_not_the_users_are_refused(string name, string remark)
    {
        var create = await Target.CallAsync(RequestCode.UpdateAndCreateTopic, ("topic", name));
        var delete = await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", name));
        Assert.Equal((ResponseCode.InvalidParameter, ResponseCode.InvalidParameter), (create.Code, delete.Code));
        Assert.StartsWith(remark, create.Remark);
        Assert.StartsWith(remark, delete.Remark);
    }

    [Theory]
    [InlineData("readQueueNums", "-1", ResponseCode.InvalidParameter)]
    [InlineData("writeQueueNums", "999999", ResponseCode.InvalidParameter)]
    [InlineData("perm", "99", ResponseCode.InvalidParameter)]
    [InlineData("readQueueNums", "many", ResponseCode.SystemError)]
    [InlineData("topicFilterType", "XX", ResponseCode.SystemError)]
    [InlineData("attributes", "+nope=1", ResponseCode.SystemError)]
    [InlineData("attributes", "message.type", ResponseCode.SystemError)]
    [InlineData("attributes", "+", ResponseCode.SystemError)]
    public async Task Settings_that_make_no_sense_are_refused(string field, string value, ResponseCode code)
    {
        var answer = await Target.CallAsync(RequestCode.UpdateAndCreateTopic, ("topic", "orders"), (field, value));
        Assert.Equal(code, answer.Code);
        Assert.NotNull(answer.Remark);
        Assert.False(Target.Node.Topics.TryGet("orders", out _));
    }

    [Fact]
    public async Task Attributes_are_added_and_removed_one_by_one()
    {
        await UpdateAsync("orders", 4, ("attributes", "+message.type=FIFO,+delete.policy=x"));
        await UpdateAsync("orders", 4, ("attributes", "-delete.policy"));
        Assert.Equal(
            new Dictionary<string, string> { ["message.type"] = "FIFO" },
            (await ReadAsync("orders")).Attributes
        );
    }

    [Theory]
    [InlineData("queue.type=BatchCQ", "leave queue.type out: producers send batches in the same way")]
    [InlineData("cleanup.policy=COMPACTION", "leave cleanup.policy out")]
    public async Task What_Apache_has_and_this_broker_has_not_is_refused_with_what_to_do(string attribute, string what)
    {
        var single = await Target.CallAsync(
            RequestCode.UpdateAndCreateTopic,
            ("topic", "orders"),
            ("attributes", $"+{attribute}")
        );
        var pair = attribute.Split('=');
        var list = await Target.Client.InvokeAsync(
            RequestCode.UpdateAndCreateTopicList,
            null,
            Encoding.UTF8.GetBytes(
                $$$"""{"topicConfigList":[{"topicName":"orders","attributes":{"+{{{pair[0]}}}":"{{{pair[1]}}}"}}]}"""
            ),
            Patience
        );
        foreach (var answer in (RemotingResponse[])[single, list])
        {
            Assert.Equal(ResponseCode.SystemError, answer.Code);
            Assert.StartsWith($"{attribute} is not supported: ", answer.Remark, StringComparison.Ordinal);
            Assert.Contains(what, answer.Remark, StringComparison.Ordinal);
        }
        Assert.False(Target.Node.Topics.TryGet("orders", out _));
    }

    [Fact]
    public async Task A_list_of_topics_changes_attributes_as_a_single_topic_does()
    {
        await UpdateAsync("orders", 4, ("attributes", "+delete.policy=x"));
        var body =
            """
            {"topicConfigList":[{"topicName":"orders","attributes":{"+message.type":"FIFO","-delete.policy":""}}]}
            """u8;
        var answer = await Target.Client.InvokeAsync(
            RequestCode.UpdateAndCreateTopicList,
            null,
            body.ToArray(),
            Patience
        );
        answer.EnsureSuccess();
        Assert.Equal(
            new Dictionary<string, string> { ["message.type"] = "FIFO" },
            (await ReadAsync("orders")).Attributes
        );
    }

    [Fact]
    public async Task A_folder_with_a_topic_of_batches_is_not_opened()
    {
        await UpdateAsync("batches", 1);
        await Target.StopAsync();
        var file = Path.Combine(Folder.Path, "store", "config", "topics.json");
        var topics = TopicConfigTable.Read(FastJson.Parse(await File.ReadAllBytesAsync(file)));
        var batches = new Dictionary<string, string> { ["queue.type"] = "BatchCQ" };
        var changed = topics.Topics.Select(one => one.TopicName == "batches" ? one with { Attributes = batches } : one);
        await File.WriteAllBytesAsync(
            file,
            new TopicConfigTable(topics.Version, [.. changed]).ToJson(FastJsonStyle.Pretty)
        );
        var refused = await Assert.ThrowsAsync<ConfigException>(() => TestBroker.StartAsync(Folder.Path));
        Assert.Contains("topic batches has queue.type=BatchCQ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("delete the topic with Apache's broker", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_topics_are_created_at_once()
    {
        var body =
            """{"topicConfigList":[{"topicName":"one"},{"topicName":"two","readQueueNums":3,"writeQueueNums":3}]}"""u8;
        var answer = await Target.Client.InvokeAsync(
            RequestCode.UpdateAndCreateTopicList,
            null,
            body.ToArray(),
            Patience
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal(16, (await ReadAsync("one")).ReadQueueNums);
        Assert.Equal(3, (await ReadAsync("two")).ReadQueueNums);
    }

    [Fact]
    public async Task The_table_lists_every_topic_with_a_growing_version()
    {
        var before = await TableAsync();
        await UpdateAsync("orders", 4);
        var after = await TableAsync();
        Assert.Contains(after.Topics, t => t.TopicName == "orders");
        Assert.Contains(after.Topics, t => t.TopicName == "TBW102");
        Assert.Equal(before.Version.Counter + 1, after.Version.Counter);
    }

    [Fact]
    public async Task Topics_outlive_a_restart()
    {
        await UpdateAsync("orders", 3, ("attributes", "+message.type=FIFO"));
        var before = await TableAsync();
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        var after = await TableAsync();
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Topics.Count, after.Topics.Count);
        Assert.Equal("FIFO", (await ReadAsync("orders")).Attributes!["message.type"]);
    }

    [Fact]
    public async Task A_damaged_table_is_read_from_its_backup()
    {
        await UpdateAsync("orders", 3);
        await UpdateAsync("invoices", 3);
        await Target.StopAsync();
        await File.WriteAllTextAsync(
            Path.Combine(Folder.Path, "store/config/topics.json"),
            """{"topicConfigTable":{"""
        );
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(3, (await ReadAsync("orders")).ReadQueueNums);
    }

    [Fact]
    public async Task A_topic_is_in_the_routes_within_a_second_of_its_creation()
    {
        await UpdateAsync("orders", 3);
        await using var names = await Broker.Remoting.RemotingClient.ConnectAsync(
            Target.Running.NameServerAddress!.ToString()
        );
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var route = await names.InvokeAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", "orders" } });
            if (route.Code == ResponseCode.Success)
                break;
            await Task.Delay(5, limit.Token);
        }
    }

    async Task<ResponseCode> UpdateAsync(string topic, int queues, params (string, object)[] other) =>
        (
            await Target.CallAsync(
                RequestCode.UpdateAndCreateTopic,
                [("topic", topic), ("readQueueNums", queues), ("writeQueueNums", queues), .. other]
            )
        ).Code;

    async Task<TopicConfig> ReadAsync(string topic) =>
        TopicConfig.Read(
            FastJson.Parse(
                (await Target.CallAsync(RequestCode.GetTopicConfig, ("topic", topic))).EnsureSuccess().Body.Span
            )
        );

    async Task<TopicConfigTable> TableAsync() =>
        TopicConfigTable.Parse((await Target.CallAsync(RequestCode.GetAllTopicConfig)).EnsureSuccess().Body.Span);
}

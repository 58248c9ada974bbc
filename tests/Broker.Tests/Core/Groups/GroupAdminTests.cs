using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class GroupAdminTests : BrokerTest
{
    [Fact]
    public async Task A_group_is_created_read_changed_and_deleted()
    {
        Assert.Equal(ResponseCode.Success, (await UpdateAsync(new() { GroupName = "g", RetryMaxTimes = 3 })).Code);
        Assert.Equal(3, (await GetAsync("g")).RetryMaxTimes);
        await UpdateAsync(
            new()
            {
                GroupName = "g",
                RetryMaxTimes = 5,
                ConsumeEnable = false,
            }
        );
        var changed = await GetAsync("g");
        Assert.Equal((5, false), (changed.RetryMaxTimes, changed.ConsumeEnable));
        await Target.CallAsync(RequestCode.DeleteSubscriptionGroup, ("groupName", "g"), ("cleanOffset", "true"));
        var gone = await Target.CallAsync(RequestCode.GetSubscriptionGroupConfig, ("group", "g"));
        Assert.Equal(
            (ResponseCode.SubscriptionGroupNotExist, "No group in this broker. group: g"),
            (gone.Code, gone.Remark)
        );
    }

    [Fact]
    public async Task Several_groups_come_in_one_request()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("groupConfigList").BeginArray();
        new SubscriptionGroupConfig { GroupName = "a" }.Write(json);
        new SubscriptionGroupConfig { GroupName = "b" }.Write(json);
        json.EndArray().EndObject();
        var code = RequestCode.UpdateAndCreateSubscriptionGroupList;
        Assert.Equal(ResponseCode.Success, (await CallAsync(code, json.ToArray())).Code);
        var table = await Target.CallAsync(RequestCode.GetAllSubscriptionGroupConfig);
        var names = SubscriptionGroupTable.Parse(table.Body.Span).Groups.Select(group => group.GroupName).ToList();
        Assert.Superset(new HashSet<string> { "a", "b", "TOOLS_CONSUMER", "CID_RMQ_SYS_TRANS" }, names.ToHashSet());
        Assert.Equal(names.Count.ToString(), table.Fields["totalGroupNum"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("名")]
    public async Task An_illegal_name_is_refused(string name) =>
        Assert.Equal(ResponseCode.InvalidParameter, (await UpdateAsync(new() { GroupName = name })).Code);

    [Fact]
    public async Task A_name_of_121_letters_is_refused_and_one_of_120_is_not()
    {
        Assert.Equal(
            ResponseCode.InvalidParameter,
            (await UpdateAsync(new() { GroupName = new string('g', 121) })).Code
        );
        Assert.Equal(ResponseCode.Success, (await UpdateAsync(new() { GroupName = new string('g', 120) })).Code);
    }

    [Fact]
    public async Task Attributes_come_as_changes()
    {
        await UpdateAsync(new() { GroupName = "g", Attributes = Map(("+a", "1"), ("+b", "2")) });
        await UpdateAsync(new() { GroupName = "g", Attributes = Map(("-a", ""), ("+c", "3")) });
        Assert.Equal(Map(("b", "2"), ("c", "3")), (await GetAsync("g")).Attributes);
    }

    [Fact]
    public async Task Groups_survive_a_restart_in_the_format_of_the_reference()
    {
        await UpdateAsync(new() { GroupName = "g", RetryMaxTimes = 3 });
        await Target.StopAsync();
        var file = Directory.GetFiles(Folder.Path, "subscriptionGroup.json", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(file);
        Assert.StartsWith("{\n\t\"dataVersion\":{\n\t\t\"counter\":", text, StringComparison.Ordinal);
        Assert.Contains(
            "\n\t\t\"g\":{\n\t\t\t\"attributes\":{},\n\t\t\t\"brokerId\":0,\n",
            text,
            StringComparison.Ordinal
        );
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(3, (await GetAsync("g")).RetryMaxTimes);
    }

    [Fact]
    public async Task Without_creation_on_first_use_a_heartbeat_makes_no_group()
    {
        using var folder = new TestFolder();
        await using var strict = await TestBroker.StartAsync(folder.Path, ("autoCreateSubscriptionGroup", "false"));
        await Heartbeats.SendAsync(strict.Client, Heartbeats.Consumer("c", "g", Heartbeats.To("t")));
        Assert.False(strict.Node.Groups.TryGet("g"u8, out _));
        Assert.False(strict.Node.Topics.TryGet("%RETRY%g", out _));
    }

    Task<RemotingResponse> UpdateAsync(SubscriptionGroupConfig config) =>
        CallAsync(RequestCode.UpdateAndCreateSubscriptionGroup, config.ToJson());

    Task<RemotingResponse> CallAsync(RequestCode code, byte[] body) =>
        Target.Client.InvokeAsync(code, null, body, TestBroker.Patience);

    async Task<SubscriptionGroupConfig> GetAsync(string group)
    {
        var answer = await Target.CallAsync(RequestCode.GetSubscriptionGroupConfig, ("group", group));
        Assert.Equal(ResponseCode.Success, answer.Code);
        return SubscriptionGroupConfig.Read(FastJson.Parse(answer.Body.Span));
    }

    static Dictionary<string, string> Map(params (string, string)[] pairs) =>
        pairs.ToDictionary(p => p.Item1, p => p.Item2);
}

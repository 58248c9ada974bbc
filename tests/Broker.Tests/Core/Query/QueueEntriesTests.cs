using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Query;

public sealed class QueueEntriesTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        for (var i = 0; i < 3; i++)
            await Target.SendAsync("orders", $"{i}", properties: "TAGS=a");
        // A pull makes the group.
        await Target.PullAsync("orders");
    }

    [Fact]
    public async Task Entries_are_told_as_they_lie_in_the_queue()
    {
        var answer = await QueryAsync(("index", 1), ("count", 5));
        Assert.StartsWith(
            "{\"maxQueueIndex\":3,\"minQueueIndex\":0,\"queueData\":[{",
            answer.Text,
            StringComparison.Ordinal
        );
        Assert.Equal(2, answer.Text.Split("\"tagsCode\":97}").Length - 1);
        Assert.DoesNotContain("\"physicOffset\":0,", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_group_its_subscription_is_told_too()
    {
        var offline = await QueryAsync(("index", 0), ("count", 1), ("consumerGroup", "readers"));
        Assert.Contains("\"filterData\":\"readers@orders is not online!\"", offline.Text, StringComparison.Ordinal);
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
        var online = await QueryAsync(("index", 0), ("count", 1), ("consumerGroup", "readers"));
        Assert.Contains("\"subscriptionData\":{", online.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public async Task An_offset_outside_of_the_queue_has_no_entries(long index)
    {
        var answer = await QueryAsync(("index", index), ("count", 1));
        Assert.Equal((ResponseCode.Success, $"Index {index} of 0@orders is not exist!"), (answer.Code, answer.Remark));
        Assert.Empty(answer.Text);
    }

    [Theory]
    [InlineData("topic", "nowhere", "0@nowhere is not exist!")]
    [InlineData("queueId", "9", "9@orders is not exist!")]
    [InlineData("count", "", "the custom field <count> is null")]
    public async Task A_queue_that_is_not_there_is_refused(string field, string value, string remark)
    {
        var answer = await QueryAsync(("index", 0), ("count", 1), (field, value));
        Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
    }

    async Task<(ResponseCode Code, string? Remark, string Text)> QueryAsync(params (string, object)[] fields)
    {
        RemotingResponse answer = await Target.CallAsync(
            RequestCode.QueryConsumeQueue,
            [("topic", "orders"), ("queueId", 0), .. fields]
        );
        return (answer.Code, answer.Remark, Encoding.UTF8.GetString(answer.Body.Span));
    }
}

using k8s.Models;
using Operator.Api.Topics;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class TopicRoutePlannerTests
{
    [Theory]
    [InlineData(16, 16, "True", "ToldToClients", "Every name server tells clients of the topic")]
    [InlineData(16, 17, "True", "ToldToClients", "Every name server tells clients of the topic")]
    [InlineData(16, 8, "False", "NotToldToClients", "Name server b tells clients of 8 queues, and brokers have 16")]
    [InlineData(16, null, "False", "NotToldToClients", "Name server b does not know the topic")]
    [InlineData(null, null, "False", "NotToldToClients", "Name server a does not know the topic")]
    public void Routes_become_a_condition(int? first, int? second, string status, string reason, string message)
    {
        var topic = Topic();
        TopicRoute[] routes = [new("a", first), new("b", second)];
        Assert.Equal(status == "True", TopicRoutePlanner.IsComplete(topic, routes));

        topic.Status = TopicRoutePlanner.Plan(topic, routes, DateTimeOffset.UnixEpoch)!;

        var routed = topic.Status.Conditions!.Single(c => c.Type == "Routed");
        Assert.Equal((status, reason, message), (routed.Status, routed.Reason, routed.Message));
        Assert.Equal(["Ready", "Routed"], topic.Status.Conditions!.Select(c => c.Type));
        Assert.True(TopicRoutePlanner.IsTold(topic));
        Assert.Null(TopicRoutePlanner.Plan(topic, routes, DateTimeOffset.UnixEpoch.AddHours(1)));
        topic.Metadata.Generation = 2;
        Assert.False(TopicRoutePlanner.IsTold(topic));
    }

    [Fact]
    public void A_topic_that_is_not_ready_is_not_judged()
    {
        var topic = Topic();
        topic.Status = new TopicStatus();
        Assert.Null(TopicRoutePlanner.Plan(topic, [new("a", null)], DateTimeOffset.UnixEpoch));
    }

    static Topic Topic() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "payments", Generation = 1 },
            Status = new TopicStatus
            {
                Queues = 16,
                Conditions =
                [
                    new V1Condition
                    {
                        Type = "Ready",
                        Status = "True",
                        Reason = "AsExpected",
                        Message = "",
                        LastTransitionTime = DateTime.UnixEpoch,
                    },
                ],
            },
        };
}

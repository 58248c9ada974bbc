using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class OffsetVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task A_position_is_copied_to_another_group()
    {
        await cluster.TopicAsync("cloned");
        await cluster.GroupAsync("original");
        await cluster.GroupAsync("copy");
        for (int i = 0; i < 4; i++)
            await cluster.Broker.SendAsync("cloned", "body", i % 2);
        await cluster.CommitAsync("original", "cloned", 0, 1);
        await cluster.CommitAsync("original", "cloned", 1, 2);
        var copied = await cluster.AdminAsync("cloneGroupOffset", "-s", "original", "-d", "copy", "-t", "cloned");
        Assert.Equal(["TOPIC BROKER QUEUE ID OFFSET", "cloned broker-a 0 1", "cloned broker-a 1 2"], copied.Lines);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("consumerProgress", "-g", "copy", "-t", "cloned")).Lines.Contains("diff total: 1")
        );
    }

    [Fact]
    public async Task A_group_that_is_online_is_not_moved_by_a_copy()
    {
        await cluster.TopicAsync("busy");
        await using var member = await cluster.MemberAsync("busy-group", "busy");
        (await cluster.AdminAsync("cloneGroupOffset", "-s", "original", "-d", "busy-group", "-t", "busy")).IsRefused(
            "group busy-group is online",
            "stop them first"
        );
    }

    [Fact]
    public async Task A_position_that_is_not_there_cannot_be_copied()
    {
        await cluster.TopicAsync("unread");
        await cluster.GroupAsync("strangers");
        (await cluster.AdminAsync("cloneGroupOffset", "-s", "strangers", "-d", "original", "-t", "unread")).IsRefused(
            "group strangers has no position in unread"
        );
    }
}

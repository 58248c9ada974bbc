using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class ResetVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    const string Columns = "TOPIC BROKER QUEUE ID OFFSET";

    [Theory]
    [InlineData("resetOffsetByTime -s 0", 0)]
    [InlineData("resetOffsetByTime -s -1", 2)]
    [InlineData("skipAccumulatedMessage", 2)]
    public async Task A_group_moves_whether_it_is_online_or_not(string line, int offset)
    {
        foreach (bool online in (bool[])[false, true])
        {
            string name = $"moved-{line.Replace(' ', '_')}-{online}";
            await FillAsync(name);
            await using var member = online ? await cluster.MemberAsync(name, name) : null;
            string[] verb = [.. line.Split(' '), "-g", name, "-t", name];
            Assert.Equal(
                [Columns, $"{name} broker-a 0 {offset}", $"{name} broker-a 1 {offset}"],
                (await cluster.AdminAsync(verb)).Lines
            );
        }
    }

    [Fact]
    public async Task One_queue_moves_to_an_offset()
    {
        await FillAsync("placed");
        string[] verb = ["resetOffsetByTime", "-g", "placed", "-t", "placed", "-s", "0", "-q", "1", "-o", "1"];
        Assert.Equal([Columns, "placed broker-a 1 1"], (await cluster.AdminAsync(verb)).Lines);
        Assert.Equal(
            [Columns, "placed broker-a 1 1"],
            (await cluster.AdminAsync([.. verb, "-b", cluster.BrokerAddress])).Lines
        );
    }

    [Theory]
    [InlineData("resetOffsetByTime -s now")]
    [InlineData("skipAccumulatedMessage")]
    public async Task A_group_or_topic_that_is_not_there_is_said_so(string line)
    {
        await cluster.TopicAsync("still");
        (await cluster.AdminAsync([.. line.Split(' '), "-g", "nobody", "-t", "still"])).IsRefused(
            $"{cluster.BrokerAddress} refused: Group nobody does not exist"
        );
        (await cluster.AdminAsync([.. line.Split(' '), "-g", "nobody", "-t", "nobody"])).IsRefused(
            "no route to topic nobody"
        );
    }

    /// <summary>A topic with two messages in each of two queues, and a group of its name at offset 1 of both.</summary>
    async Task FillAsync(string name)
    {
        await cluster.TopicAsync(name);
        await cluster.GroupAsync(name);
        for (int i = 0; i < 4; i++)
            await cluster.Broker.SendAsync(name, "body", i % 2);
        await cluster.CommitAsync(name, name, 0, 1);
        await cluster.CommitAsync(name, name, 1, 1);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("topicStatus", "-t", name)).Lines.Count(line => line.Contains(" 0 2 20")) == 2
        );
    }
}

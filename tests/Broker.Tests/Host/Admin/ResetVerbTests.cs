using System.Globalization;
using Broker.Protocol.Bodies;
using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class ResetVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    const string Columns = "TOPIC BROKER QUEUE ID OFFSET";

    [Theory]
    [InlineData("resetOffsetByTime -s 0 --anyTime", 0)]
    [InlineData("resetOffsetByTime -s -1", 2)]
    [InlineData("resetOffsetByTime -s now", 2)]
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

    [Fact]
    public async Task A_time_outside_of_what_is_kept_is_refused_and_nothing_moves()
    {
        const string name = "bounded";
        await FillAsync(name);
        var queues = (await cluster.JsonAsync("printMsg", "-t", name)).GetProperty("messages").EnumerateArray();
        long[] stored = [.. queues.Select(one => one.GetProperty("stored").GetInt64()).Order()];
        foreach (long outside in (long[])[0, stored[0] - 1, stored[^1] + 1, long.MaxValue])
        {
            (await cluster.AdminAsync("resetOffsetByTime", "-g", name, "-t", name, "-s", $"{outside}")).IsRefused(
                $"the messages of {name} were stored from {Typed(stored[0])} to {Typed(stored[^1])}, and ",
                " lies outside; -s now moves the group to the end, and --anyTime goes by the time all the same"
            );
        }
        Assert.Contains("diff total: 2", (await cluster.AdminAsync("consumerProgress", "-g", name, "-t", name)).Lines);
        foreach (long inside in (long[])[stored[0], stored[^1]])
        {
            var moved = await cluster.AdminAsync("resetOffsetByTime", "-g", name, "-t", name, "-s", $"{inside}");
            Assert.True(moved.Exit == 0, moved.Error);
        }
        // What was printed can be typed.
        var typed = await cluster.AdminAsync("resetOffsetByTime", "-g", name, "-t", name, "-s", Typed(stored[0]));
        Assert.Equal([Columns, $"{name} broker-a 0 0", $"{name} broker-a 1 0"], typed.Lines);
    }

    [Fact]
    public async Task A_topic_without_messages_has_no_time_to_go_to_but_an_end()
    {
        await cluster.TopicAsync("empty");
        await cluster.GroupAsync("empty");
        string[] verb = ["resetOffsetByTime", "-g", "empty", "-t", "empty", "-s"];
        (await cluster.AdminAsync([.. verb, "1700000000000"])).IsRefused("empty holds no message");
        foreach (
            string[] rest in (string[][])
                [
                    ["now"],
                    ["1700000000000", "--anyTime"],
                ]
        )
            Assert.Equal(
                [Columns, "empty broker-a 0 0", "empty broker-a 1 0"],
                (await cluster.AdminAsync([.. verb, .. rest])).Lines
            );
    }

    [Theory]
    [InlineData("resetOffsetByTime -s now")]
    [InlineData("skipAccumulatedMessage")]
    public async Task A_group_that_is_broadcast_to_has_no_position_to_set(string line)
    {
        string name = $"broadcast-{line.Split(' ')[0]}";
        await FillAsync(name);
        await using var member = await cluster.MemberAsync(name, name, model: MessageModel.Broadcasting);
        (await cluster.AdminAsync([.. line.Split(' '), "-g", name, "-t", name])).IsRefused(
            $"group {name} is broadcast to"
        );
    }

    static string Typed(long time) =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(time)
            .ToLocalTime()
            .ToString("yyyy-MM-dd#HH:mm:ss:fff", CultureInfo.InvariantCulture);

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

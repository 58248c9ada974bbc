using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>Dead letters of groups that pop, as Apache's proxy does for its clients.</summary>
public sealed class PoppedLetterTests(AdminCluster cluster) : DeadLetterTest(cluster)
{
    [Fact]
    public async Task A_letter_of_a_group_that_only_pops_comes_again_by_a_pop_and_by_nothing_else()
    {
        await KillPoppedAsync("popped");
        var letter = (await LettersAsync("popped", 1))[0];
        Assert.Equal("popped", letter.GetProperty("topic").GetString());
        Assert.Equal(Id, letter.GetProperty("id").GetString());
        await ResendAsync("popped");
        var again = Assert.Single(await PopUntilAsync("popped"));
        Assert.Equal(("body", "popped", 0), (again.Text, again.Topic, again.ReconsumeTimes));
        Assert.Equal(Id, again.Properties["UNIQ_KEY"]);
        Assert.DoesNotContain("1ST_POP_TIME", again.Properties.Keys);
        await IsEmptyAsync("popped", "%RETRY%popped");
        Assert.False(Cluster.Broker.Node.Groups.TryGet("popped_popped"u8, out _));

        // It dies once more, and is a letter of the same kind.
        await SendBackAsync("popped", again.Position);
        Assert.All(
            await LettersAsync("popped", 2),
            one => Assert.Equal("popped", one.GetProperty("topic").GetString())
        );
    }

    [Fact]
    public async Task A_group_that_does_both_gets_a_letter_by_its_members_that_pull()
    {
        await KillPoppedAsync("both");
        await LettersAsync("both", 1);
        await using var member = await Cluster.MemberAsync("both", "both", own: true);
        await ResendAsync("both");
        var again = Assert.Single(await Cluster.Broker.AwaitAsync("%RETRY%both", group: "both"));
        Assert.Equal("both", again.Properties["RETRY_TOPIC"]);
        Assert.Empty(await PopAsync("both", invisibleMs: 60_000));
    }

    [Theory]
    [InlineData("POP")]
    [InlineData("PULL")]
    public async Task How_its_members_get_messages_can_be_said(string mode)
    {
        string group = $"said-{mode}";
        await KillAsync(group, "body", $"UNIQ_KEY={Id}");
        // Its first message was pulled.
        await PopAsync(group, invisibleMs: 60_000);
        await KillPoppedAsync(group);
        await LettersAsync(group, 2);
        var resent = await Cluster.AdminAsync("resendDeadLetters", "-g", group, "-b", "0", "-m", mode);
        Assert.True(resent.Exit == 0, resent.Error);
        if (mode == "PULL")
            Assert.Single(await Cluster.Broker.AwaitAsync($"%RETRY%{group}", offset: 1, group: group));
        else
            await PopUntilAsync(group, count: 2);
    }

    [Fact]
    public async Task Letters_of_a_topic_that_is_gone_reach_nobody_who_pops()
    {
        await KillPoppedAsync("gone");
        await LettersAsync("gone", 1);
        Assert.Equal(0, (await Cluster.AdminAsync("deleteTopic", "-c", "DefaultCluster", "-t", "gone")).Exit);
        await Eventually.TrueAsync(async () => (await Cluster.AdminAsync("topicRoute", "-t", "gone")).Exit == 1);
        (await Cluster.AdminAsync("resendDeadLetters", "-g", "gone", "-i", Id)).IsRefused(
            "group gone pops, and gets letters of gone with that topic only, which does not exist any more"
        );
    }

    async Task ResendAsync(string group)
    {
        var resent = await Cluster.AdminAsync("resendDeadLetters", "-g", group, "-i", Id);
        Assert.True(resent.Exit == 0, resent.Error);
        Assert.Equal($"{group} {Id} broker-a 0", string.Join(' ', resent.Lines[1].Split(' ')[..4]));
    }

    /// <summary>
    /// Lets a group give up a message of a topic of its name as the proxy does: popped, not acknowledged, popped again
    /// from where such messages wait, sent to the dead letters and acknowledged.
    /// </summary>
    async Task KillPoppedAsync(string group)
    {
        await Cluster.GroupAsync(group);
        var other = ("defaultTopicQueueNums", (object)1);
        (await Cluster.Broker.SendAsync(group, "body", 0, $"UNIQ_KEY={Id}", other)).EnsureSuccess();
        await Eventually.TrueAsync(async () => (await PopAsync(group, invisibleMs: 1)).Count == 1);
        var again = Assert.Single(await PopUntilAsync(group));
        Assert.Equal(1, again.ReconsumeTimes);
        await SendBackAsync(group, again.Position);
        var acked = await Cluster.Broker.CallAsync(
            RequestCode.AckMessage,
            ("consumerGroup", group),
            ("topic", group),
            ("queueId", 0),
            ("extraInfo", again.Properties["POP_CK"]),
            ("offset", again.QueueOffset)
        );
        acked.EnsureSuccess();
    }

    /// <summary>Pops until there are so many, and keeps them from others for a minute.</summary>
    async Task<List<PulledMessage>> PopUntilAsync(string group, int count = 1)
    {
        List<PulledMessage> found = [];
        await Eventually.TrueAsync(async () =>
        {
            found.AddRange(await PopAsync(group, invisibleMs: 60_000));
            return found.Count >= count;
        });
        return found;
    }

    async Task<List<PulledMessage>> PopAsync(string group, int invisibleMs)
    {
        var answer = await Cluster.Broker.CallAsync(
            RequestCode.PopMessage,
            ("consumerGroup", group),
            ("topic", group),
            ("queueId", -1),
            ("maxMsgNums", 32),
            ("invisibleTime", invisibleMs),
            ("pollTime", 0),
            ("bornTime", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
            ("initMode", 0)
        );
        return TestBroker.Messages(answer);
    }

    async Task IsEmptyAsync(string group, string topic) =>
        Assert.Empty(TestBroker.Messages(await Cluster.Broker.PullAsync(topic, group: group)));
}

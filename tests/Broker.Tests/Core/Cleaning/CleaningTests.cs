using Broker.Core.Configuration;
using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Cleaning;

public sealed class CleaningTests : BrokerTest
{
    const int SegmentBytes = 16 * 1024 * 1024;

    public override async ValueTask InitializeAsync() =>
        Target = await TestBroker.StartAsync(
            Folder.Path,
            // Not at this hour, and not because this machine's disk is full.
            ("deleteWhen", $"{(DateTime.Now.Hour + 12) % 24:00}"),
            ("diskMaxUsedSpaceRatio", "95")
        );

    [Fact]
    public async Task Queues_of_topics_that_do_not_exist_are_removed_and_others_stay()
    {
        await Target.SendAsync("orders", "one");
        Target.Node.Store.Flush();
        var orphan = Directory.CreateDirectory(Path.Combine(Folder.Path, "store", "consumequeue", "orphan", "0"));
        Assert.Contains("orphan", Target.Node.Store.TopicNames());
        await SucceedsAsync(RequestCode.CleanUnusedTopic);
        Assert.False(orphan.Exists && Directory.Exists(orphan.FullName));
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders")).Code);
    }

    [Fact]
    public async Task What_has_expired_is_deleted_at_any_hour_when_asked()
    {
        var body = new byte[2 * 1024 * 1024];
        for (var i = 0; i < 10; i++)
            Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", body)).Code);
        await SucceedsAsync(RequestCode.DeleteExpiredCommitLog);
        Assert.Equal(0, Target.Node.Store.MinPosition.Value);
        // A time in the past for everything that is there.
        Target.Node.Store.Options.FileReservedHours = -1;
        await SucceedsAsync(RequestCode.DeleteExpiredCommitLog);
        Assert.Equal(SegmentBytes, Target.Node.Store.MinPosition.Value);
        await SucceedsAsync(RequestCode.CleanExpiredConsumeQueue);
        Assert.True(Target.Node.Topics.TryGet("orders", out var topic));
        Assert.InRange(topic.Log.Queue(0).MinOffset.Value, 1, 9);
    }

    async Task SucceedsAsync(RequestCode code) =>
        Assert.Equal(ResponseCode.Success, (await Target.CallAsync(code)).Code);
}

using Broker.Core.Configuration;
using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Cleaning;

public sealed class CleaningTests : IAsyncLifetime
{
    const int SegmentBytes = 16 * 1024 * 1024;

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async ValueTask InitializeAsync() =>
        _broker = await TestBroker.StartAsync(
            _folder.Path,
            // Not at this hour, and not because this machine's disk is full.
            ("deleteWhen", $"{(DateTime.Now.Hour + 12) % 24:00}"),
            ("diskMaxUsedSpaceRatio", "95")
        );

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Queues_of_topics_that_do_not_exist_are_removed_and_others_stay()
    {
        await _broker.SendAsync("orders", "one");
        _broker.Node.Store.Flush();
        var orphan = Directory.CreateDirectory(Path.Combine(_folder.Path, "store", "consumequeue", "orphan", "0"));
        Assert.Contains("orphan", _broker.Node.Store.TopicNames());
        await SucceedsAsync(RequestCode.CleanUnusedTopic);
        Assert.False(orphan.Exists && Directory.Exists(orphan.FullName));
        Assert.Equal(ResponseCode.Success, (await _broker.PullAsync("orders")).Code);
    }

    [Fact]
    public async Task What_has_expired_is_deleted_at_any_hour_when_asked()
    {
        var body = new byte[2 * 1024 * 1024];
        for (var i = 0; i < 10; i++)
            Assert.Equal(ResponseCode.Success, (await _broker.SendAsync("orders", body)).Code);
        await SucceedsAsync(RequestCode.DeleteExpiredCommitLog);
        Assert.Equal(0, _broker.Node.Store.MinPosition.Value);
        // A time in the past for everything that is there.
        _broker.Node.Store.Options.FileReservedHours = -1;
        await SucceedsAsync(RequestCode.DeleteExpiredCommitLog);
        Assert.Equal(SegmentBytes, _broker.Node.Store.MinPosition.Value);
        await SucceedsAsync(RequestCode.CleanExpiredConsumeQueue);
        Assert.True(_broker.Node.Topics.TryGet("orders", out var topic));
        Assert.InRange(topic.Log.Queue(0).MinOffset.Value, 1, 9);
    }

    async Task SucceedsAsync(RequestCode code) =>
        Assert.Equal(ResponseCode.Success, (await _broker.CallAsync(code)).Code);
}

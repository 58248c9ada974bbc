using System.Reflection;
using Broker.Core.Delay;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Store;
using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Core;

/// <summary>Configuration files of the reference (Golden/README.md) are adopted, and kept in their form.</summary>
public sealed class GoldenConfigTests : IDisposable
{
    static readonly string[] Files =
    [
        "topics.json",
        "subscriptionGroup.json",
        "consumerOffset.json",
        "delayOffset.json",
    ];

    readonly TestFolder _folder = new();

    public GoldenConfigTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(Files[0]))!);
        foreach (var file in Files)
            File.WriteAllBytes(PathOf(file), Golden(file));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Topics_groups_and_offsets_of_the_reference_are_served()
    {
        await using var broker = await TestBroker.StartAsync(_folder.Path);

        var topics = TopicConfigTable.Parse((await broker.CallAsync(RequestCode.GetAllTopicConfig)).Body.Span);
        var readOnly = topics.Topics.Single(one => one.TopicName == "GoldenReadOnly");
        Assert.Equal(
            (2, 3, 4, false),
            (readOnly.ReadQueueNums, readOnly.WriteQueueNums, readOnly.Perm, readOnly.Order)
        );
        Assert.Equal("FIFO", readOnly.Attributes!["message.type"]);
        Assert.True(topics.Topics.Single(one => one.TopicName == "GoldenTopic").Order);

        var groups = SubscriptionGroupTable.Parse(
            (await broker.CallAsync(RequestCode.GetAllSubscriptionGroupConfig)).Body.Span
        );
        var readers = groups.Groups.Single(one => one.GroupName == "golden_readers");
        Assert.Equal((3, 2, true), (readers.RetryMaxTimes, readers.RetryQueueNums, readers.ConsumeMessageOrderly));
        Assert.False(groups.Groups.Single(one => one.GroupName == "golden_off").ConsumeEnable);

        var offset = await broker.CallAsync(
            RequestCode.QueryConsumerOffset,
            ("consumerGroup", "golden_readers"),
            ("topic", "GoldenTopic"),
            ("queueId", 1)
        );
        Assert.Equal(3, offset.Long("offset"));
    }

    [Fact]
    public async Task What_is_written_again_says_the_same_in_the_same_form()
    {
        await using (var broker = await TestBroker.StartAsync(_folder.Path))
        {
            // Each file is written when something in it changes: one more topic, group and offset.
            var groups = new SubscriptionGroupConfig { GroupName = "new_readers" };
            await broker.CallAsync(
                RequestCode.UpdateAndCreateTopic,
                ("topic", "NewTopic"),
                ("readQueueNums", 1),
                ("writeQueueNums", 1),
                ("perm", 6)
            );
            var json = new FastJsonWriter();
            groups.Write(json);
            await broker.Client.InvokeAsync(
                RequestCode.UpdateAndCreateSubscriptionGroup,
                null,
                json.ToArray(),
                TestBroker.Patience
            );
            await broker.CallAsync(
                RequestCode.UpdateConsumerOffset,
                ("consumerGroup", "new_readers"),
                ("topic", "NewTopic"),
                ("queueId", 0),
                ("commitOffset", 0)
            );
            await broker.StopAsync();
        }

        AssertSameBut("topics.json", "topicConfigTable", "NewTopic");
        AssertSameBut("subscriptionGroup.json", "subscriptionGroupTable", "new_readers");
        AssertSameBut("consumerOffset.json", "offsetTable", "NewTopic@new_readers");
    }

    [Fact]
    public void Delay_offsets_of_the_reference_are_read_and_written_again()
    {
        var files = new ConfigFolder(new DiskFileSystem(), Path.Combine(_folder.Path, "store"));
        var offsets = new DelayOffsets(files, TimeProvider.System, levels: 18);
        Assert.Equal((2L, 1L, 0L), (offsets[1], offsets[2], offsets[3]));
        offsets[3] = 5;
        Assert.Null(offsets.DeliveredTo);
        var isSynced = false;
        offsets.Persist(new LogPosition(99), () => isSynced = true);
        Assert.True(isSynced);
        Assert.Equal(99, new DelayOffsets(files, TimeProvider.System, levels: 18).DeliveredTo?.Value);
        AssertSameBut("delayOffset.json", "offsetTable", "3");
    }

    /// <summary>Every entry that the reference wrote is there with every member it has; one entry may be new.</summary>
    void AssertSameBut(string file, string table, string added)
    {
        var before = FastJson.Parse(Golden(file))[table];
        var after = FastJson.Parse(File.ReadAllBytes(PathOf(file)))[table];
        foreach (var (key, value) in before.Members)
            AssertCovers($"{file} {key.AsText()}", value, after[key.AsText("")]);
        Assert.Contains(after.Members, member => member.Key.AsText() == added);
    }

    static void AssertCovers(string where, FastJson expected, FastJson actual)
    {
        if (!expected.Members.Any())
        {
            Assert.True(expected.AsText() == actual.AsText(), $"{where}: {expected.AsText()} became {actual.AsText()}");
            return;
        }
        foreach (var (key, value) in expected.Members)
            AssertCovers($"{where}.{key.AsText()}", value, actual[key.AsText("")]);
    }

    string PathOf(string file) => Path.Combine(_folder.Path, "store", "config", file);

    static byte[] Golden(string file)
    {
        using var stream = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceStream($"Broker.Tests.Core.Golden.{file}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}

using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Store;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Persistence;

/// <summary>What becomes of state files that cannot be used, shown by one of them.</summary>
public sealed class StateFileTests
{
    const string Path = "/store/config/consumerOffset.json";

    readonly ForgetfulFileSystem _files = new();
    readonly LogLines _log = new();

    [Theory]
    [InlineData("")]
    [InlineData("[1,2]")]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"offsetTable\":")]
    [InlineData("{\"offsetTable\":[]}")]
    [InlineData("{\"offsetTable\":{\"t@g\":[2]}}")]
    [InlineData("{\"offsetTable\":{\"t@g\":{0:many}}}")]
    [InlineData("{\"offsetTable\":{\"t@g\":{0:\"many\"}}}")]
    [InlineData("{\"offsetTable\":{\"t@g\":{\"first\":2}}}")]
    public void What_is_not_the_table_gives_way_to_its_backup_and_does_not_replace_it(string content)
    {
        var offsets = Open();
        Commit(offsets, 1);
        Commit(offsets, 2);
        _files.Replace(Path, Encoding.UTF8.GetBytes(content));
        offsets = Open();
        Assert.Equal(1, Offset(offsets));
        Assert.Contains(_log.All, line => line.Contains("consumerOffset.json", StringComparison.Ordinal));
        Assert.Equal(content, Encoding.UTF8.GetString(_files.Content(Path + ".damaged")));

        // Neither the first write nor the second makes a backup of what was damaged.
        foreach (var next in (long[])[3, 4])
        {
            Commit(offsets, next);
            Assert.Contains("t@g", Encoding.UTF8.GetString(_files.Content(Path)), StringComparison.Ordinal);
            Assert.Contains("t@g", Encoding.UTF8.GetString(_files.Content(Path + ".bak")), StringComparison.Ordinal);
        }
        Assert.Equal(4, Offset(Open()));
    }

    [Fact]
    public void A_missing_file_gives_way_to_its_backup_and_says_so()
    {
        var offsets = Open();
        Commit(offsets, 1);
        Commit(offsets, 2);
        _files.DeleteFile(Path);
        Assert.Equal(1, Offset(Open()));
        Assert.Contains(_log.All, line => line.Contains("it is missing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("[1,2]", "garbage")]
    public void Without_a_file_that_can_be_used_nothing_starts(string? content, string? backup)
    {
        if (content is not null)
            _files.Replace(Path, Encoding.UTF8.GetBytes(content));
        if (backup is not null)
            _files.Replace(Path + ".bak", Encoding.UTF8.GetBytes(backup));
        var failure = Assert.Throws<ConfigException>(Open);
        Assert.Contains("config/consumerOffset.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Restore one of them, or remove both", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_leaves_nothing_behind_in_the_table()
    {
        _files.Replace(Path, "{\"offsetTable\":{\"t@g\":{0:7},\"u@g\":[]}}"u8.ToArray());
        _files.Replace(Path + ".bak", "{\"offsetTable\":{\"t@h\":{0:1}}}"u8.ToArray());
        var offsets = Open();
        Assert.Equal(-1, Offset(offsets));
        Assert.Equal(["h"], offsets.GroupsOf("t"));
    }

    [Theory]
    [InlineData("topics.json", "{\"topicConfigTable\":{\"t\":[]}}")]
    [InlineData("topics.json", "{\"topicConfigTable\":{\"t\":{\"readQueueNums\":\"many\"}}}")]
    [InlineData("subscriptionGroup.json", "{\"subscriptionGroupTable\":{\"g\":1}}")]
    [InlineData("subscriptionGroup.json", "{\"forbiddenTable\":[1],\"subscriptionGroupTable\":{}}")]
    [InlineData("consumerOffset.json", "[]")]
    [InlineData("delayOffset.json", "{\"offsetTable\":{1:\"x\"}}")]
    [InlineData("consumerFilter.json", "{\"filterDataByTopic\":{\"t\":[]}}")]
    [InlineData("messageRequestMode.json", "{\"messageRequestModeMap\":{\"t\":{\"g\":\"POP\"}}}")]
    [InlineData("retryMaxTimes.json", "{\"groups\":[]}")]
    public async Task No_table_takes_what_is_of_another_shape(string name, string content)
    {
        using var folder = new TestFolder();
        await using (var broker = await TestBroker.StartAsync(folder.Path))
            await broker.StopAsync();
        var topics = Directory.GetFiles(folder.Path, "topics.json", SearchOption.AllDirectories).Single();
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(topics)!, name);
        await File.WriteAllTextAsync(path, content);
        File.Delete(path + ".bak");
        var failure = await Assert.ThrowsAsync<ConfigException>(() => TestBroker.StartAsync(folder.Path));
        Assert.Contains($"config/{name} cannot be used", failure.Message, StringComparison.Ordinal);
    }

    static void Commit(ConsumerOffsets offsets, long offset)
    {
        offsets.Commit("g"u8, "t"u8, 0, offset);
        offsets.Persist();
    }

    static long Offset(ConsumerOffsets offsets) => offsets.Query("g"u8, "t"u8, 0);

    ConsumerOffsets Open() => new(new ConfigFolder(_files, "/store", _log), TimeProvider.System, sync: () => { });
}

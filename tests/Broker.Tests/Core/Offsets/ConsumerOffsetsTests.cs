using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Store;
using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Core.Offsets;

public sealed class ConsumerOffsetsTests : IDisposable
{
    readonly TestFolder _folder = new();
    readonly ConfigFolder _files;

    public ConsumerOffsetsTests() => _files = new ConfigFolder(new DiskFileSystem(), _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Committing_and_reading_a_known_pair_allocates_nothing()
    {
        var offsets = Open();
        offsets.Commit("g"u8, "t"u8, 3, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            offsets.Commit("g"u8, "t"u8, 3, i);
            offsets.Query("g"u8, "t"u8, 3);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_pair_is_not_mistaken_for_another()
    {
        var offsets = Open();
        offsets.Commit("g"u8, "t"u8, 0, 1);
        Assert.Equal(-1, offsets.Query("g"u8, "other"u8, 0));
        Assert.Equal(-1, offsets.Query("t"u8, "g"u8, 0));
    }

    [Fact]
    public void Names_too_long_to_be_real_are_refused()
    {
        var offsets = Open();
        var name = new byte[600];
        name.AsSpan().Fill((byte)'a');
        Assert.False(offsets.Commit(name, "t"u8, 0, 1));
        Assert.Equal(-1, offsets.Query(name, "t"u8, 0));
    }

    [Fact]
    public void A_damaged_file_is_replaced_by_its_backup_and_two_damaged_ones_are_reported()
    {
        var offsets = Open();
        offsets.Commit("g"u8, "t"u8, 0, 1);
        offsets.Persist();
        offsets.Commit("g"u8, "t"u8, 0, 2);
        offsets.Persist();
        var file = Directory.GetFiles(_folder.Path, "consumerOffset.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(file, "{\"offsetTable\":{");
        Assert.Equal(1, Open().Query("g"u8, "t"u8, 0));
        File.WriteAllText(file + ".bak", "not json");
        var failure = Assert.Throws<ConfigException>(Open);
        Assert.Contains("consumerOffset.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_while_nothing_changed()
    {
        var offsets = Open();
        offsets.Commit("g"u8, "t"u8, 0, 1);
        offsets.Persist();
        var file = Directory.GetFiles(_folder.Path, "consumerOffset.json", SearchOption.AllDirectories).Single();
        File.Delete(file);
        offsets.Commit("g"u8, "t"u8, 0, 1);
        offsets.Persist();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_file_of_the_reference_is_read()
    {
        _files.Write(
            "consumerOffset.json",
            Encoding.UTF8.GetBytes("{\n\t\"offsetTable\":{\n\t\t\"%RETRY%g@g\":{0:4\n\t\t},\"t@g\":{0:11,1:12}\n\t}\n}")
        );
        var offsets = Open();
        Assert.Equal((11L, 12L), (offsets.Query("g"u8, "t"u8, 0), offsets.Query("g"u8, "t"u8, 1)));
        Assert.Equal(4, offsets.Query("g"u8, "%RETRY%g"u8, 0));
        Assert.Equal(["%RETRY%g", "t"], offsets.TopicsOf("g").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_group_or_a_topic_is_forgotten_whole()
    {
        var offsets = Open();
        foreach (var (group, topic) in ((string, string)[])[("a", "t"), ("b", "t"), ("b", "u")])
            offsets.Commit(Encoding.UTF8.GetBytes(group), Encoding.UTF8.GetBytes(topic), 0, 1);
        offsets.RemoveGroup("a");
        Assert.Equal(["b"], offsets.GroupsOf("t"));
        offsets.RemoveTopic("t");
        Assert.Equal(["u"], offsets.TopicsOf("b"));
    }

    ConsumerOffsets Open() => new(_files, TimeProvider.System, sync: () => { });
}

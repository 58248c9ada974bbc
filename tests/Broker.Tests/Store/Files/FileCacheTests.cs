using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Store.Files;

public sealed class FileCacheTests : IDisposable
{
    const int Places = 2;

    readonly ForgetfulFileSystem files = new();
    readonly FileCache cache;

    public FileCacheTests() => cache = new FileCache(files, Places);

    [Fact]
    public void A_write_takes_no_other_file_s_place_and_is_there()
    {
        var all = Enumerable.Range(0, 4).Select(i => new NamedFile($"/{i}", length: 8)).ToList();
        foreach (var file in all)
            cache.Write(file, "some"u8, position: 2);

        Assert.Equal((Places, Places), (cache.OpenCount, files.OpenHandles));
        Assert.All(all, file => Assert.Equal("\0\0some\0\0", Text(file.Path)));
        Assert.Equal([true, true, false, false], all.Select(file => file.Open != null));
    }

    [Fact]
    public void A_read_takes_the_place_that_was_used_longest_ago()
    {
        var all = Enumerable.Range(0, 3).Select(i => new NamedFile($"/{i}", length: 8)).ToList();
        foreach (var file in all)
            cache.Write(file, "some"u8, position: 0);
        var read = new byte[4];

        Assert.Equal(4, cache.Read(all[2], read, position: 0));
        Assert.Equal("some"u8.ToArray(), read);
        Assert.Equal([false, true, true], all.Select(file => file.Open != null));
        Assert.Equal(Places, files.OpenHandles);
    }

    [Fact]
    public void A_file_that_comes_again_after_its_deletion_gets_its_length_again()
    {
        var file = new NamedFile("/0", length: 8);
        cache.Write(file, "some"u8, position: 0);
        cache.Delete(file);
        cache.Write(file, "more"u8, position: 0);
        Assert.Equal("more\0\0\0\0", Text(file.Path));
    }

    public void Dispose() => cache.Dispose();

    string Text(string path) => System.Text.Encoding.ASCII.GetString(files.Content(path));
}

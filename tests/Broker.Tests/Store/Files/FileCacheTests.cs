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

    [Fact]
    public void A_read_does_not_create_a_file_that_was_deleted()
    {
        var file = new NamedFile("/0", length: 8);
        cache.Write(file, "some"u8, position: 0);
        cache.Delete(file);
        Assert.Equal(0, cache.Read(file, new byte[8], position: 0));
        cache.SyncData(file);
        cache.Free(file, 0, 8);
        Assert.False(files.FileExists("/0"));
        Assert.Equal((0, 0), (cache.OpenCount, files.OpenHandles));
    }

    [Fact]
    public void Without_a_handle_a_spare_one_serves_and_the_file_that_was_used_longest_ago_gives_its_own()
    {
        files.Replace("/lock", []);
        using var large = new FileCache(files, openMax: 10, new SpareHandles(files, "/lock"));
        var all = Enumerable.Range(0, 4).Select(i => new NamedFile($"/{i}", length: 8)).ToList();
        files.BeforeOpen = path => Refuse(files.OpenHandles >= 6, path);
        foreach (var file in all)
            large.Write(file, "some"u8, position: 0);
        Assert.Equal((2, 6), (large.OpenCount, files.OpenHandles));
        Assert.Equal([false, false, true, true], all.Select(file => file.Open != null));
    }

    [Fact]
    public void Files_stay_open_where_the_limit_was_lowered_and_closing_them_would_not_help()
    {
        var told = 0;
        files.Replace("/lock", []);
        using var large = new FileCache(files, openMax: 10, new SpareHandles(files, "/lock"), _ => told++);
        var known = new NamedFile("/known", length: 8);
        large.Write(known, "some"u8, position: 0);
        files.BeforeOpen = path => Refuse(isOut: true, path);
        for (var i = 0; i < 3; i++)
            Assert.Throws<IOException>(() => large.Write(new NamedFile("/other", length: 8), "some"u8, position: 0));
        Assert.True(told >= 3);
        large.Write(known, "more"u8, position: 0);
        Assert.Equal((1, 1), (large.OpenCount, files.OpenHandles));

        // As soon as there are handles again, some are kept.
        files.BeforeOpen = _ => { };
        large.Write(new NamedFile("/other", length: 8), "some"u8, position: 0);
        Assert.Equal((2, 6), (large.OpenCount, files.OpenHandles));
    }

    static void Refuse(bool isOut, string path)
    {
        if (isOut)
            throw new IOException($"open {path}: Too many open files", 24);
    }

    public void Dispose() => cache.Dispose();

    string Text(string path) => System.Text.Encoding.ASCII.GetString(files.Content(path));
}

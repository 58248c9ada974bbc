using System.Diagnostics;
using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Store;

public sealed class DiskFileSystemTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("disk-files-").FullName;
    readonly DiskFileSystem files = new();

    [Fact]
    public void What_is_written_is_seen_through_a_mapping_made_before()
    {
        using var file = files.Open(PathOf("a"));
        file.Allocate(8_192);
        var mapping = file.Map(8_192);
        file.Write("hello"u8, 4_090);
        Assert.Equal("hello"u8.ToArray(), mapping.GetSpan().Slice(4_090, 5).ToArray());
        ((IDisposable)mapping).Dispose();
    }

    [Fact]
    public void A_mapping_outlives_its_handle_and_the_file_s_name()
    {
        var file = files.Open(PathOf("a"));
        file.Allocate(4_096);
        file.Write("still here"u8, 0);
        var mapping = file.Map(4_096);
        file.Dispose();
        files.DeleteFile(PathOf("a"));
        Assert.Equal("still here"u8.ToArray(), mapping.GetSpan()[..10].ToArray());
        ((IDisposable)mapping).Dispose();
    }

    [Fact]
    public void Allocated_and_zeroed_ranges_read_as_zeros_and_keep_the_length()
    {
        using var file = files.Open(PathOf("a"));
        file.Allocate(100_000);
        Assert.Equal(100_000, file.Length);
        var ones = new byte[100_000];
        Array.Fill(ones, (byte)1);
        file.Write(ones, 0);
        file.Zero(12_345, 100_000 - 12_345);
        var read = new byte[100_001];
        Assert.Equal(100_000, file.Read(read, 0));
        Assert.Equal(12_345, Array.IndexOf(read, (byte)0));
        Assert.Equal(-1, Array.IndexOf(read[12_345..], (byte)1));
    }

    [Fact]
    public void A_freed_range_reads_as_zeros_and_takes_no_space()
    {
        const int Length = 8 << 20;
        using var file = files.Open(PathOf("a"));
        file.SetLength(Length);
        file.Write("kept"u8, 0);
        file.Write("gone"u8, 5_000_000);
        file.Free(4, Length - 4);
        file.SyncData();

        var read = new byte[Length];
        Assert.Equal(Length, file.Read(read, 0));
        Assert.Equal("kept"u8.ToArray(), read[..4]);
        Assert.Equal(-1, read.AsSpan(4).IndexOfAnyExcept((byte)0));
        Assert.InRange(SpaceOf(PathOf("a")), 1, 1 << 20);
    }

    [Fact]
    public void Space_that_the_file_system_reserves_counts_neither_as_used_nor_as_free()
    {
        var space = DiskSpace.Of(size: 1_000, free: 250, available: 200);
        Assert.Equal(new DiskSpace(Total: 950, Available: 200), space);
        Assert.Equal(750.0 / 950, space.UsedRatio, precision: 12);
        var full = DiskSpace.Of(size: 1_000, free: 50, available: 0);
        Assert.Equal(1, full.UsedRatio);
    }

    [Fact]
    public void A_lock_is_exclusive_and_can_be_taken_again_once_released()
    {
        var held = files.TryLock(PathOf("lock"));
        Assert.NotNull(held);
        Assert.Null(files.TryLock(PathOf("lock")));
        held.Dispose();
        using var again = files.TryLock(PathOf("lock"));
        Assert.NotNull(again);
    }

    [Fact]
    public void A_folder_can_be_synced_and_tells_its_space()
    {
        files.SyncDirectory(root);
        var space = files.Space(root);
        Assert.True(space.Total > 0 && space.Available > 0);
        Assert.InRange(space.UsedRatio, 0, 1);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    /// <summary>Bytes that a file has on the disk.</summary>
    static long SpaceOf(string path)
    {
        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["-c", "%b %B", path])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var blocks = stat.StandardOutput.ReadToEnd().Split();
        stat.WaitForExit();
        return long.Parse(blocks[0]) * long.Parse(blocks[1]);
    }

    string PathOf(string name) => Path.Combine(root, name);
}

namespace Hostile.Disks;

/// <summary>An ext4 file system on a <see cref="FaultyDevice"/>.</summary>
sealed class FaultyDisk : IAsyncDisposable
{
    readonly string fuse;
    readonly FuseServer server;
    string? loop;

    FaultyDisk(string folder, string name, int megabytes)
    {
        Mount = Path.Combine(folder, name);
        fuse = Path.Combine(folder, name + ".fuse");
        Directory.CreateDirectory(Mount);
        Directory.CreateDirectory(fuse);
        Device = new FaultyDevice(Path.Combine(folder, name + ".img"), megabytes * 1024L * 1024);
        server = new FuseServer(fuse, Device);
    }

    public string Mount { get; }

    public FaultyDevice Device { get; }

    public static FaultyDisk Create(string folder, string name, int megabytes)
    {
        var disk = new FaultyDisk(folder, name, megabytes);
        disk.Attach();
        Shell.Run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,nodiscard", disk.loop!);
        disk.MountIt();
        return disk;
    }

    /// <summary>
    /// The machine loses its power and gets it back: what was not synced is gone. Nothing may use the disk meanwhile.
    /// </summary>
    public void CutPower()
    {
        Device.CutPower();
        Unmount();
        Device.HasNoPower = false;
        Attach();
        MountIt();
    }

    /// <summary>Makes the kernel forget what it has read, so that it reads from the disk again.</summary>
    public static void DropCaches()
    {
        Shell.Run("sync");
        File.WriteAllText("/proc/sys/vm/drop_caches", "3");
    }

    /// <summary>After failures: a file system that went read-only is mounted again.</summary>
    public void Remount()
    {
        Unmount();
        Attach();
        MountIt();
    }

    public ValueTask DisposeAsync()
    {
        Device.FailsReads = Device.FailsSyncs = Device.FailsWrites = false;
        Device.DelayMs = 0;
        Device.Move();
        Unmount();
        Shell.Try("umount", "-l", fuse);
        server.Dispose();
        Device.Dispose();
        return ValueTask.CompletedTask;
    }

    void Attach() => loop = Shell.Run("losetup", "-f", "--show", Path.Combine(fuse, FuseServer.FileName));

    void MountIt() => Shell.Run("mount", loop!, Mount);

    void Unmount()
    {
        if (loop is null)
            return;
        Shell.Run("umount", Mount);
        Shell.Run("losetup", "-d", loop);
        loop = null;
    }
}

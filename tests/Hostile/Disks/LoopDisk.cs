namespace Hostile.Disks;

/// <summary>An ext4 file system of its own in an image file: small ones fill up, and it can be frozen.</summary>
sealed class LoopDisk : IAsyncDisposable
{
    readonly string image;
    bool isFrozen;

    LoopDisk(string image, string mount) => (this.image, Mount) = (image, mount);

    public string Mount { get; }

    public static LoopDisk Create(string folder, string name, int megabytes)
    {
        var disk = new LoopDisk(Path.Combine(folder, name + ".img"), Path.Combine(folder, name));
        Directory.CreateDirectory(disk.Mount);
        Shell.Run("truncate", "-s", $"{megabytes}M", disk.image);
        Shell.Run("mkfs.ext4", "-q", "-F", "-m", "0", disk.image);
        Shell.Run("mount", "-o", "loop", disk.image, disk.Mount);
        return disk;
    }

    /// <summary>Nothing is written until <see cref="Thaw"/>; writers wait and cannot be killed.</summary>
    public void Freeze()
    {
        Shell.Run("fsfreeze", "-f", Mount);
        isFrozen = true;
    }

    public void Thaw()
    {
        if (isFrozen)
            Shell.Run("fsfreeze", "-u", Mount);
        isFrozen = false;
    }

    /// <summary>Takes what is free, but for so much.</summary>
    public void Fill(int leaveMegabytes, string name = "ballast")
    {
        var free = new DriveInfo(Mount).AvailableFreeSpace / 1024 / 1024;
        if (free > leaveMegabytes)
            Shell.Run("fallocate", "-l", $"{free - leaveMegabytes}M", Path.Combine(Mount, name));
    }

    public void Empty(string name = "ballast") => File.Delete(Path.Combine(Mount, name));

    /// <summary>After an emergency: checked and mounted, as a machine does when it starts.</summary>
    public void MountAgain()
    {
        Shell.Try("e2fsck", "-p", image);
        Shell.Run("mount", "-o", "loop", image, Mount);
    }

    public ValueTask DisposeAsync()
    {
        Thaw();
        Shell.Try("umount", "-l", Mount);
        return ValueTask.CompletedTask;
    }
}

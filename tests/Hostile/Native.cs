using System.Runtime.InteropServices;

namespace Hostile;

/// <summary>The system calls that .NET does not offer.</summary>
static partial class Native
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    const ulong NoSetUid = 2;
    const ulong NoDevices = 4;

    public static bool Signal(int process, int signal) => KillImport(process, signal) == 0;

    /// <summary>Mounts a file system that the holder of an open /dev/fuse serves.</summary>
    public static void MountFuse(string target, string data)
    {
        if (MountImport("hostile", target, "fuse", NoSetUid | NoDevices, data) != 0)
            throw new IOException($"mount of fuse at {target} failed: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillImport(int process, int signal);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountImport(string source, string target, string type, ulong flags, string data);
}

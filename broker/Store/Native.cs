using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Broker.Store;

/// <summary>
/// The system calls that .NET does not offer, and the only unsafe code of the project. Mappings are made here and not
/// by
/// <c>MemoryMappedFile</c> because they must outlive the file's handle and are unmapped without an msync.
/// </summary>
static unsafe partial class Native
{
    const int ProtectionRead = 1;
    const int MapShared = 1;
    const int KeepSize = 1;
    const int PunchHole = 2;
    const int ZeroRange = 0x10;
    const int RandomOrder = 1; // POSIX_FADV_RANDOM
    const int WillNeed = 3; // POSIX_FADV_WILLNEED
    const int ThisProcess = 0; // PRIO_PROCESS; with 0 Linux takes it for the calling thread
    const int NicenessMax = 19;
    const int OpenFiles = 7; // RLIMIT_NOFILE
    const int OpenReadOnly = 0;
    const int OpenReadWrite = 2;
    const int OpenCreate = 0x40;
    const int OpenCloseOnExec = 0x80000;
    const int ForAll = 0x1B6; // rw-rw-rw-, from which the process's umask takes away
    const int NoError = 0;
    const int NoSuchFile = 2; // ENOENT
    const int NotSupported = 95; // EOPNOTSUPP
    const int NotImplemented = 38; // ENOSYS
    const int InvalidArgument = 22; // EINVAL, what some file systems answer instead
    const int Interrupted = 4; // EINTR

    /// <summary>
    /// Opens a file for reading, or for both and makes it if it is missing. A queue's file is opened for each few of
    /// its messages where tens of thousands are in use, and what <c>File.OpenHandle</c> asks the kernel besides (locks,
    /// kind of file system, kind of file) is most of the calls.
    /// </summary>
    public static SafeFileHandle OpenFile(string path, bool readOnly) =>
        TryOpen(path, readOnly ? OpenReadOnly : OpenReadWrite | OpenCreate, NoError)!;

    /// <summary>Opens an existing file for reading and writing; null when there is none.</summary>
    public static SafeFileHandle? TryOpenFile(string path) => TryOpen(path, OpenReadWrite, NoSuchFile);

    /// <summary>Null for one error, which the caller expects; an exception for all others.</summary>
    static SafeFileHandle? TryOpen(string path, int flags, int expected)
    {
        while (true)
        {
            var handle = open(path, OpenCloseOnExec | flags, ForAll);
            if (!handle.IsInvalid)
                return handle;
            handle.Dispose();
            if (expected != NoError && Marshal.GetLastPInvokeError() == expected)
                return null;
            ThrowUnlessInterrupted("open", path);
        }
    }

    /// <summary>Reads at a position; 0 at the file's end.</summary>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long position)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = pread(file, start, (nuint)buffer.Length, position);
                if (read >= 0)
                    return (int)read;
                ThrowUnlessInterrupted("pread");
            }
        }
    }

    /// <summary>Writes all of the buffer at a position.</summary>
    public static void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> buffer, long position)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
                written = pwrite(file, start, (nuint)buffer.Length, position);
            if (written < 0)
            {
                ThrowUnlessInterrupted("pwrite");
                continue;
            }

            buffer = buffer[(int)written..];
            position += written;
        }
    }

    /// <summary>Says that a file is read here and there: the kernel need not read ahead.</summary>
    public static void ExpectRandomReads(SafeFileHandle file) => _ = posix_fadvise(file, 0, 0, RandomOrder);

    /// <summary>Makes a file's data, and what is needed to find it, durable.</summary>
    public static void SyncData(SafeFileHandle file)
    {
        while (fdatasync(file) != 0)
            ThrowUnlessInterrupted("fdatasync");
    }

    /// <summary>Makes the entries of a folder durable.</summary>
    public static void SyncDirectory(string directory)
    {
        using var handle = OpenFile(directory, readOnly: true);
        while (fsync(handle) != 0)
        {
            // Some network file systems refuse this; there it is without effect by design.
            if (Marshal.GetLastPInvokeError() == InvalidArgument)
                return;
            ThrowUnlessInterrupted("fsync");
        }
    }

    /// <summary>Makes everything durable that was written to the volume of a folder.</summary>
    public static void SyncVolume(string directory)
    {
        using var handle = OpenFile(directory, readOnly: true);
        while (syncfs(handle) != 0)
            ThrowUnlessInterrupted("syncfs");
    }

    /// <summary>
    /// Reserves the blocks of a file and sets its length; leaves both alone where the file system cannot.
    /// </summary>
    public static void Allocate(SafeFileHandle file, long length) => TryFallocate(file, 0, 0, length);

    /// <summary>Makes a range read as zeros; false where the file system cannot.</summary>
    public static bool TryZero(SafeFileHandle file, long position, long length) =>
        TryFallocate(file, ZeroRange | KeepSize, position, length) || TryFree(file, position, length);

    /// <summary>Makes a range a hole, which reads as zeros; false where the file system cannot.</summary>
    public static bool TryFree(SafeFileHandle file, long position, long length) =>
        TryFallocate(file, PunchHole | KeepSize, position, length);

    /// <summary>Has a range of a file read into the page cache; nothing happens where the kernel cannot.</summary>
    public static void Prefetch(SafeFileHandle file, long position, long length) =>
        _ = posix_fadvise(file, position, length, WillNeed);

    /// <summary>The calling thread gets the processor only where no other thread wants it.</summary>
    public static void LowerPriority() => _ = setpriority(ThisProcess, 0, NicenessMax);

    /// <summary>How many files this process may have open; what the system does not say is no limit.</summary>
    public static long OpenFilesLimit() =>
        getrlimit(OpenFiles, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : long.MaxValue;

    /// <summary>
    /// Maps the first bytes of a file read-only and shared: what is written to the file is seen at once.
    /// </summary>
    public static MemoryManager<byte> MapReadOnly(SafeFileHandle file, int length)
    {
        var address = mmap(null, (nuint)length, ProtectionRead, MapShared, file, 0);
        return address == (void*)-1 ? throw Failure("mmap") : new MappedRegion((byte*)address, length);
    }

    static bool TryFallocate(SafeFileHandle file, int mode, long position, long length)
    {
        while (fallocate(file, mode, position, length) != 0)
        {
            if (Marshal.GetLastPInvokeError() is NotSupported or NotImplemented or InvalidArgument)
                return false;
            ThrowUnlessInterrupted("fallocate");
        }

        return true;
    }

    static void ThrowUnlessInterrupted(string call, string? path = null)
    {
        if (Marshal.GetLastPInvokeError() != Interrupted)
            throw Failure(call, path);
    }

    static IOException Failure(string call, string? path = null)
    {
        var error = Marshal.GetLastPInvokeError();
        var what = path == null ? call : $"{call} {path}";
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int niceness);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap(
        void* address,
        nuint length,
        int protection,
        int flags,
        SafeFileHandle file,
        long offset
    );

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);

    /// <summary>What is in force, and up to where the process may raise it.</summary>
    readonly struct ResourceLimit
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }

    /// <summary>A mapping as memory. It needs no pinning; its owner counts who uses it and disposes it last.</summary>
    sealed class MappedRegion(byte* address, int length) : MemoryManager<byte>
    {
        byte* _address = address;

        public override Span<byte> GetSpan() => new(_address, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

        public override void Unpin() { }

        protected override void Dispose(bool disposing)
        {
            if (_address == null)
                return;
            munmap(_address, (nuint)length);
            _address = null;
        }
    }
}

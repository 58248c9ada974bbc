using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Broker.Store.Files;

/// <summary>A file of the machine, by positional system calls.</summary>
sealed class DiskFile(string path, bool readOnly) : IFile
{
    readonly SafeFileHandle _handle = File.OpenHandle(
        path,
        readOnly ? FileMode.Open : FileMode.OpenOrCreate,
        readOnly ? FileAccess.Read : FileAccess.ReadWrite,
        FileShare.ReadWrite | FileShare.Delete,
        FileOptions.RandomAccess
    );

    public long Length => RandomAccess.GetLength(_handle);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Allocate(long length)
    {
        Native.Allocate(_handle, length);
        if (Length < length)
            RandomAccess.SetLength(_handle, length);
    }

    public void Zero(long position, long length)
    {
        if (length > 0 && !Native.TryZero(_handle, position, length))
            WriteZeros(position, length);
    }

    public int Read(Span<byte> buffer, long position)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[done..], position + done);
            if (read == 0)
                break;
            done += read;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> buffer, long position) => RandomAccess.Write(_handle, buffer, position);

    public void Prefetch(long position, long length) => Native.Prefetch(_handle, position, length);

    public void SyncData() => Native.SyncData(_handle);

    public MemoryManager<byte> Map(int length) => Native.MapReadOnly(_handle, length);

    public void Dispose() => _handle.Dispose();

    void WriteZeros(long position, long length)
    {
        var zeros = new byte[(int)Math.Min(length, 1 << 20)];
        for (var end = position + length; position < end; position += zeros.Length)
            RandomAccess.Write(_handle, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - position)), position);
    }
}

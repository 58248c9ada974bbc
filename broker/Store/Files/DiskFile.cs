using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Broker.Store.Files;

/// <summary>A file of the machine, by positional system calls.</summary>
sealed class DiskFile(SafeFileHandle handle) : IFile
{
    readonly SafeFileHandle _handle = handle;
    bool _isAdvised;

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

    public void Free(long position, long length)
    {
        if (length > 0 && !Native.TryFree(_handle, position, length))
            WriteZeros(position, length);
    }

    public int Read(Span<byte> buffer, long position)
    {
        Advise();
        var done = 0;
        while (done < buffer.Length)
        {
            var read = Native.ReadAt(_handle, buffer[done..], position + done);
            if (read == 0)
                break;
            done += read;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> buffer, long position) => Native.WriteAt(_handle, buffer, position);

    public void Prefetch(long position, long length) => Native.Prefetch(_handle, position, length);

    public void SyncData() => Native.SyncData(_handle);

    public MemoryManager<byte> Map(int length)
    {
        Advise();
        return Native.MapReadOnly(_handle, length);
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Before the first read: many handles are only written to.</summary>
    void Advise()
    {
        if (_isAdvised)
            return;
        _isAdvised = true;
        Native.ExpectRandomReads(_handle);
    }

    void WriteZeros(long position, long length)
    {
        var zeros = new byte[(int)Math.Min(length, 1 << 20)];
        for (var end = position + length; position < end; position += zeros.Length)
            Native.WriteAt(_handle, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - position)), position);
    }
}

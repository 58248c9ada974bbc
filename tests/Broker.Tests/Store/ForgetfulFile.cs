using System.Buffers;
using Broker.Store.Files;

namespace Broker.Tests.Store;

/// <summary>A handle on a file of <see cref="ForgetfulFileSystem"/>.</summary>
sealed class ForgetfulFile(ForgetfulFileSystem files, string path, ForgetfulContent content) : IFile
{
    bool closed;

    public long Length => Checked().Bytes.Length;

    public void SetLength(long length) => Checked().SetLength(length);

    public void Allocate(long length)
    {
        files.CountWrite(path);
        if (length > Length)
            Checked().SetLength(length);
    }

    public void Zero(long position, long length) => Checked().Write(new byte[length], position);

    public void Free(long position, long length) => Zero(position, length);

    public int Read(Span<byte> buffer, long position)
    {
        files.BeforeRead(path);
        return Checked().Read(buffer, position);
    }

    public void Write(ReadOnlySpan<byte> buffer, long position)
    {
        files.CountWrite(path);
        Checked().Write(buffer, position);
    }

    public void Prefetch(long position, long length)
    {
        _ = Checked();
        files.NotePrefetch(path, position, length);
    }

    public void SyncData()
    {
        files.CountSync(path);
        Checked().Sync();
    }

    public MemoryManager<byte> Map(int length) => new Mapping(Checked().Bytes, length);

    public void Dispose()
    {
        if (!closed)
            files.CountClose();
        closed = true;
    }

    ForgetfulContent Checked()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        return content;
    }

    sealed class Mapping(byte[] bytes, int length) : MemoryManager<byte>
    {
        bool unmapped;

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(unmapped, this);
            return bytes.AsSpan(0, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() { }

        protected override void Dispose(bool disposing) => unmapped = true;
    }
}

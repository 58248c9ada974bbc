using System.Buffers;

namespace Broker.Store.Files;

/// <summary>
/// An open file: positional reads and writes from any thread. Failures are <see cref="IOException"/>s.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Makes the file <paramref name="length"/> bytes long, with zeros and without reserving space.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes the file <paramref name="length"/> bytes long and reserves the space where the file system can.
    /// </summary>
    void Allocate(long length);

    /// <summary>
    /// Makes a range read as zeros, without changing the length. Space is reserved for it where the file system can.
    /// </summary>
    void Zero(long position, long length);

    /// <summary>The same, and the range's space is given back where the file system can.</summary>
    void Free(long position, long length);

    /// <summary>Reads up to the buffer's length; fewer bytes only at the file's end.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all of the buffer.</summary>
    void Write(ReadOnlySpan<byte> buffer, long position);

    /// <summary>
    /// Asks for a range to be in memory soon, where the system can. Advice only: it does not fail and changes nothing.
    /// </summary>
    void Prefetch(long position, long length);

    /// <summary>Makes what was written durable (fdatasync).</summary>
    void SyncData();

    /// <summary>
    /// Maps the file's first bytes read-only. The mapping lives until it is disposed, also beyond this handle.
    /// </summary>
    MemoryManager<byte> Map(int length);
}

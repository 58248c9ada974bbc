using Broker.Store.Log;

namespace Broker.Store;

/// <summary>
/// What a read found, as slices of the mapped log. It holds references on the log's segments until it is released, so
/// release it as soon as the bytes were sent. Reusable, by one reader at a time: pool it.
/// </summary>
public sealed class ReadResult
{
    readonly List<LogSlice> _slices = [];
    readonly List<SegmentMapping> _mappings = [];

    /// <summary>What was found.</summary>
    public ReadStatus Status { get; internal set; }

    /// <summary>Where the next read should begin.</summary>
    public QueueOffset NextOffset { get; internal set; }

    /// <summary>The smallest offset that can be read.</summary>
    public QueueOffset MinOffset { get; internal set; }

    /// <summary>One past the largest offset that can be read.</summary>
    public QueueOffset MaxOffset { get; internal set; }

    /// <summary>How many messages the slices hold.</summary>
    public int MessageCount { get; private set; }

    /// <summary>How many bytes the slices hold.</summary>
    public int ByteCount { get; private set; }

    /// <summary>
    /// Whether the reader is so far behind that its data is not expected in memory (protocol.md §4.3).
    /// </summary>
    public bool FarBehind { get; internal set; }

    /// <summary>The messages, in order; neighbours in the log share a slice.</summary>
    public IReadOnlyList<LogSlice> Slices => _slices;

    /// <summary>Gives the references back; the slices must not be touched any more.</summary>
    public void Release()
    {
        foreach (var mapping in _mappings)
            mapping.Release();
        _mappings.Clear();
        _slices.Clear();
        MessageCount = 0;
        ByteCount = 0;
        FarBehind = false;
        NextOffset = MinOffset = MaxOffset = default;
    }

    /// <summary>Adds a message; the caller's reference on the mapping passes to the result.</summary>
    internal void Add(SegmentMapping mapping, int offset, int size)
    {
        MessageCount++;
        ByteCount += size;
        if (_mappings.Count > 0 && ReferenceEquals(_mappings[^1], mapping) && EndOfLastSlice == offset)
        {
            _slices[^1] = new LogSlice(
                mapping.Bytes.Slice(offset - _slices[^1].Bytes.Length, _slices[^1].Bytes.Length + size)
            );
            mapping.Release();
        }
        else
        {
            _slices.Add(new LogSlice(mapping.Bytes.Slice(offset, size)));
            _mappings.Add(mapping);
        }

        EndOfLastSlice = offset + size;
    }

    /// <summary>Turns the order of the slices round, each of which is one message or several neighbours.</summary>
    internal void Reverse()
    {
        _slices.Reverse();
        _mappings.Reverse();
        EndOfLastSlice = -1;
    }

    int EndOfLastSlice { get; set; }
}

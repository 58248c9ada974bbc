namespace Broker.Store;

/// <summary>
/// A run of whole messages in the mapped log. Valid until the <see cref="ReadResult"/> that it came from is released.
/// </summary>
/// <param name="Bytes">Stored messages, one behind the other (protocol.md §3.1).</param>
public readonly record struct LogSlice(ReadOnlyMemory<byte> Bytes);

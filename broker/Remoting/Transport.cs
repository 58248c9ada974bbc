namespace Broker.Remoting;

/// <summary>
/// The bytes of a connection, plain or encrypted. One receive and one send may be under way at a time.
/// </summary>
abstract class Transport : IDisposable
{
    /// <summary>Receives at least one byte; 0 when the peer has ended.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> target);

    /// <summary>Sends all of it.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> source);

    /// <summary>Tells the peer that nothing more will come.</summary>
    public abstract void Shutdown();

    /// <inheritdoc/>
    public abstract void Dispose();
}

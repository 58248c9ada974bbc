using System.Net.Security;

namespace Broker.Remoting;

/// <summary>A TLS session over a socket, after its handshake.</summary>
sealed class TlsTransport(SslStream stream) : Transport
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> target) => stream.ReadAsync(target);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> source) => stream.WriteAsync(source);

    public override void Shutdown()
    {
        // Disposing the stream closes the socket; a close_notify is not waited for, as with the reference.
    }

    public override void Dispose() => stream.Dispose();
}

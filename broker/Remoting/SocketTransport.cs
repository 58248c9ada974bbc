using System.Net.Sockets;

namespace Broker.Remoting;

/// <summary>A plain socket.</summary>
sealed class SocketTransport(Socket socket) : Transport
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> target) =>
        socket.ReceiveAsync(target, SocketFlags.None, CancellationToken.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> source)
    {
        // A stream socket's asynchronous send completes only with the last byte, and at once while there is room.
        var send = socket.SendAsync(source, SocketFlags.None, CancellationToken.None);
        if (!send.IsCompletedSuccessfully)
            return Await(send);
        send.GetAwaiter().GetResult();
        return ValueTask.CompletedTask;

        static async ValueTask Await(ValueTask<int> send) => await send;
    }

    public override void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The peer was faster; there is nobody left to tell.
        }
    }

    public override void Dispose() => socket.Dispose();
}

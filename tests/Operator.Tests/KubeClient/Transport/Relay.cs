using System.Net;
using System.Net.Sockets;

namespace Operator.Tests.KubeClient.Transport;

/// <summary>
/// Leads connections to a server, until it swallows everything: connections stay open, and nobody is behind them, as
/// after a node has died.
/// </summary>
sealed class Relay : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource end = new();
    readonly int target;
    readonly Task accepting;
    volatile bool swallows;

    public Relay(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From now on nothing comes through, in neither direction.</summary>
    public void Swallow() => swallows = true;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await accepting;
        end.Dispose();
    }

    async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(LeadAsync(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task LeadAsync(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        try
        {
            await there.ConnectAsync(IPAddress.Loopback, target, end.Token);
            await Task.WhenAny(
                CopyAsync(here.GetStream(), there.GetStream()),
                CopyAsync(there.GetStream(), here.GetStream())
            );
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The end of the test, or of the server.
        }
    }

    async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReadAsync(buffer, end.Token) is var read and > 0)
            {
                if (!swallows)
                    await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // One side has closed; the other is closed with it.
        }
    }
}

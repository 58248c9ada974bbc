using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Broker.Remoting.Proxy;
using Broker.Remoting.Tls;

namespace Broker.Remoting;

/// <content>
/// The first bytes of a connection: a proxy's preamble, a TLS handshake, or frames (protocol.md §1.1).
/// </content>
public sealed partial class Connection
{
    /// <summary>
    /// A TLS record of a handshake begins so. As a frame length it would be 369 MB, which no limit allows.
    /// </summary>
    const byte TlsHandshakeRecord = 0x16;

    /// <summary>True: frames follow, plain or encrypted.</summary>
    async ValueTask<bool> AcceptAsync(Socket socket)
    {
        var first = await PeekAsync(socket).ConfigureAwait(false);
        if (first is { } begin && ProxyPreamble.BeginsWith(begin))
        {
            if (!Environment.Options.TrustedProxies.Contains(RemoteEndPoint.Address))
                return Refuse(CloseReason.ProxyPreambleUntrusted);
            if (!await TakePreambleAsync(socket, begin).ConfigureAwait(false))
                return Refuse(CloseReason.ProxyPreambleInvalid);
            first = await PeekAsync(socket).ConfigureAwait(false);
        }
        if (first is null)
            return false;
        var tls = Environment.Tls;
        if (first == TlsHandshakeRecord)
            return tls.Mode == TlsMode.Disabled
                ? Refuse(CloseReason.TlsNotConfigured)
                : await ShakeHandsAsync(socket, tls).ConfigureAwait(false);
        return tls.Mode != TlsMode.Enforcing || Refuse(CloseReason.TlsRequired);
    }

    /// <summary>The next byte, left where it is; null when the peer has ended.</summary>
    static async ValueTask<byte?> PeekAsync(Socket socket)
    {
        var first = new byte[1];
        return await socket.ReceiveAsync(first, SocketFlags.Peek).ConfigureAwait(false) == 0 ? null : first[0];
    }

    async ValueTask<bool> TakePreambleAsync(Socket socket, byte first)
    {
        using var limit = new CancellationTokenSource(Environment.Options.HandshakeTimeout, Environment.Time);
        try
        {
            if (await ProxyPreamble.TakeAsync(socket, first, limit.Token).ConfigureAwait(false) is not { } peer)
                return false;
            RemoteEndPoint = peer.Source ?? RemoteEndPoint;
            LocalEndPoint = peer.Destination ?? LocalEndPoint;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    async ValueTask<bool> ShakeHandsAsync(Socket socket, TlsServer tls)
    {
        if (tls.Current() is not { } options)
            return Refuse(CloseReason.TlsNotConfigured);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            using var limit = new CancellationTokenSource(Environment.Options.HandshakeTimeout, Environment.Time);
            await stream.AuthenticateAsServerAsync(options, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AuthenticationException or OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return Refuse(CloseReason.TlsHandshakeFailed);
        }
        transport = new TlsTransport(stream);
        return true;
    }

    bool Refuse(CloseReason reason)
    {
        Close(reason);
        return false;
    }
}

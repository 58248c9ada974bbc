using System.Net;
using System.Net.Sockets;

namespace Broker.Remoting;

/// <summary>
/// The addresses of a socket. One that serves both families shows IPv4 peers as IPv6; here they are IPv4.
/// </summary>
static class EndPoints
{
    public static IPEndPoint Remote(Socket socket) => Plain((IPEndPoint)socket.RemoteEndPoint!);

    public static IPEndPoint Local(Socket socket) => Plain((IPEndPoint)socket.LocalEndPoint!);

    static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}

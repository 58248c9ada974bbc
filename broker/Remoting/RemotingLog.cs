using System.Net;
using Broker.Protocol;
using Microsoft.Extensions.Logging;

namespace Broker.Remoting;

/// <summary>The log events of remoting: 3000 to 3999.</summary>
static partial class RemotingLog
{
    [LoggerMessage(3000, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(3001, LogLevel.Debug, "Connection {Id} from {Peer} opened")]
    public static partial void Opened(ILogger logger, long id, EndPoint peer);

    [LoggerMessage(3002, LogLevel.Debug, "Connection {Id} from {Peer} closed: {Reason}")]
    public static partial void Closed(ILogger logger, long id, EndPoint peer, CloseReason reason);

    [LoggerMessage(
        3003,
        LogLevel.Warning,
        "Connection {Id} from {Peer} closed by us: {Reason} ({Unsaid} more for this reason since the last such line)"
    )]
    public static partial void Refused(ILogger logger, long id, EndPoint peer, CloseReason reason, long unsaid);

    [LoggerMessage(3004, LogLevel.Error, "Request {Code} of {Peer} failed and was answered with code 1")]
    public static partial void ProcessorFailed(ILogger logger, Exception failure, RequestCode code, EndPoint peer);

    [LoggerMessage(3005, LogLevel.Error, "The end of a batch of {Peer} failed")]
    public static partial void BatchFailed(ILogger logger, Exception failure, EndPoint peer);

    [LoggerMessage(3006, LogLevel.Warning, "Accepting a connection failed ({Unsaid} more times since the last line)")]
    public static partial void AcceptFailed(ILogger logger, Exception failure, long unsaid);

    [LoggerMessage(3007, LogLevel.Error, "A handler of opened or closed connections failed")]
    public static partial void EventFailed(ILogger logger, Exception failure);

    [LoggerMessage(3008, LogLevel.Information, "TLS certificate {Subject} is in use, valid until {NotAfter:u}")]
    public static partial void CertificateLoaded(ILogger logger, string subject, DateTime notAfter);

    [LoggerMessage(3009, LogLevel.Error, "{Path} has changed and cannot be used; the certificate before stays in use")]
    public static partial void CertificateNotRenewed(ILogger logger, Exception failure, string path);
}

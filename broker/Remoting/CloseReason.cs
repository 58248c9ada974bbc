namespace Broker.Remoting;

/// <summary>Why a connection ended; the <c>reason</c> label of <c>rocketmq_connections_closed_total</c>.</summary>
public enum CloseReason
{
    PeerClosed,
    LocalClosed,
    Stopping,
    SocketError,
    IdleTimeout,
    FrameTooLarge,
    FrameLengthInvalid,
    HeaderLengthInvalid,
    HeaderNotJson,
    HeaderBadBinary,
    HeaderTooManyFields,
    UnknownSerializer,
    SlowReader,
    OutputLimit,
    InputMemoryLimit,
    ConnectionLimit,
    ProxyPreambleInvalid,
    ProxyPreambleUntrusted,
    TlsNotConfigured,
    TlsRequired,
    TlsHandshakeFailed,
    InternalError,
}

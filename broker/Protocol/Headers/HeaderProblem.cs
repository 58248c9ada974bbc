namespace Broker.Protocol.Headers;

/// <summary>
/// Why a header could not be read. Each value is one <c>reason</c> of the metric that counts closed connections.
/// </summary>
public enum HeaderProblem
{
    None,
    UnknownSerializer,
    HeaderLength,
    NotJson,
    BadBinary,
    TooManyFields,
}

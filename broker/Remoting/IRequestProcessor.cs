namespace Broker.Remoting;

/// <summary>
/// Serves one or several request codes. Called on the connection's receive loop, one frame at a time; it must not block
/// for long, because the frames behind it wait. It answers now (<see
/// cref="Request.Reply(Broker.Protocol.ResponseCode, string?)"/>)
/// or keeps <see cref="Request.Token"/> and answers later from any thread. What it throws becomes an answer.
/// </summary>
public interface IRequestProcessor
{
    /// <summary>
    /// Handles one request. <paramref name="request"/> and every span of it are valid only during the call.
    /// </summary>
    void Process(Request request);
}

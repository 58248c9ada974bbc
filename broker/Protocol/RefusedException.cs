namespace Broker.Protocol;

/// <summary>A request that cannot be served, with the code and the remark that its sender is told.</summary>
public class RefusedException(ResponseCode code, string remark) : Exception(remark)
{
    /// <summary>The answer's code.</summary>
    public ResponseCode Code { get; } = code;
}

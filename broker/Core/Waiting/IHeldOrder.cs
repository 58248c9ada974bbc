using Broker.Remoting;

namespace Broker.Core.Waiting;

/// <summary>What is known of a request that may wait for its answer.</summary>
interface IHeldOrder
{
    /// <summary>Who gets the answer.</summary>
    ReplyToken Token { get; }
}

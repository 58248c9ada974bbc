using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Waiting;

/// <summary>What is known of a request that may wait for its answer.</summary>
interface IHeldOrder
{
    /// <summary>Who gets the answer.</summary>
    ReplyToken Token { get; }

    /// <summary>Which messages it waits for.</summary>
    MessageFilter Filter { get; }
}

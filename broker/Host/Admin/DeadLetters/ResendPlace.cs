using Broker.Host.Admin.Messages;
using Broker.Remoting;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>A retry topic that letters are sent to, queue by queue in turn.</summary>
sealed class ResendPlace(MessageSender sender, IReadOnlyList<(BrokerAt Broker, int QueueId)> queues)
{
    int turn;

    /// <summary>Sends to the next queue; the answer holds where the message is.</summary>
    public async Task<(BrokerAt Broker, RemotingResponse Answer)> SendAsync(OutgoingMessage message)
    {
        var (broker, queueId) = queues[turn++ % queues.Count];
        return (broker, await sender.SendAsync(broker.Address, queueId, message).ConfigureAwait(false));
    }
}

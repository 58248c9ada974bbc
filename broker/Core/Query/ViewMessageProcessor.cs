using System.Collections.Concurrent;
using Broker.Core.Pull;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Query;

/// <summary>Returns one message by its position in the log: VIEW_MESSAGE_BY_ID (33).</summary>
sealed class ViewMessageProcessor(MessageStore store) : IRequestProcessor
{
    readonly ConcurrentQueue<PulledMessages> _pool = new();

    public void Process(Request request)
    {
        var read = request.Read();
        var offset = read.Long("offset"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var message = PulledMessages.Rent(_pool);
        if (offset >= 0 && store.TryRead(new LogPosition(offset), message.Result))
        {
            request.Begin(ResponseCode.Success).Send(message);
            return;
        }
        message.Release();
        request.Reply(ResponseCode.SystemError, $"can not find message by the offset, {offset}");
    }
}

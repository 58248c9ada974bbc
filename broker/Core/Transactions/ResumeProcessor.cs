using System.Text;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Transactions;

/// <summary>
/// Serves RESUME_CHECK_HALF_MESSAGE (323): a half message that is open or was given up is checked again from the first
/// time on. One that is decided is refused, where Apache brings it back to life.
/// </summary>
sealed class ResumeProcessor(BrokerNode node, HalfTopic halves, HalfCopyFinder finder)
{
    const string Failed = "Exception was thrown when putting message back to RMQ_SYS_TRANS_HALF_TOPIC.";

    public void Register(ProcessorTable processors) =>
        processors.Map(
            RequestCode.ResumeCheckHalfMessage,
            request =>
            {
                var read = request.Read();
                var id = read.OptionalText("msgId"u8);
                if (!node.Standing.IsMaster)
                    request.Reply(ResponseCode.ServiceNotAvailable, Remarks.NotAvailable(node.Store));
                else if (OffsetMessageId.TryParse(id, out _, out var position) && position >= 0)
                    request.Token.Run(token => ResumeAsync(token, new LogPosition(position)));
                else
                    request.Reply(ResponseCode.SystemError, Failed);
            },
            ResponseCode.ServiceNotAvailable
        );

    async Task ResumeAsync(ReplyToken token, LogPosition position)
    {
        await halves.Ready;
        await halves.Moving.WaitAsync();
        try
        {
            var stored = new Stored();
            var isAccepted = TryAppend(position, stored);
            node.Store.EndOfBatch();
            if (isAccepted && await stored.Task)
                token.Reply(ResponseCode.Success);
            else
                token.Reply(ResponseCode.SystemError, Failed);
        }
        finally
        {
            halves.Moving.Release();
        }
    }

    bool TryAppend(LogPosition position, Stored stored)
    {
        var found = new ReadResult();
        if (!node.Store.TryRead(position, found))
            return false;
        try
        {
            return MessageView.Read(found.Slices[0].Bytes.Span, out var half) == MessageProblem.None
                && TryAppend(half, stored);
        }
        finally
        {
            found.Release();
        }
    }

    bool TryAppend(in MessageView half, Stored stored)
    {
        // A message that says no topic was never a half one: it would be asked about for ever.
        if (HalfMessage.RealTopic(half).IsEmpty)
            return false;
        var open = Open(half);
        if (open is null && !half.Topic.SequenceEqual("TRANS_CHECK_MAX_TIME_TOPIC"u8))
            return false;
        if (HalfCopies.Append(node.Store, half, halves.Queue, checkTimes: 0, stored) != AppendStatus.Accepted)
        {
            if (open is { } reopened)
                halves.Settled.Reopen(reopened);
            return false;
        }
        if (open is { } moved)
        {
            halves.Operations.Add(moved);
            halves.Settled.End(moved);
        }
        else
        {
            halves.Counts.Add(HalfMessage.RealTopic(half), 1);
        }
        halves.Operations.Write();
        return true;
    }

    /// <summary>Where the message is open, settled there by now; null when it is decided or was given up.</summary>
    long? Open(in MessageView half)
    {
        if (half.Topic.SequenceEqual(halves.Name) && halves.Settled.TryBegin(half.QueueOffset))
            return half.QueueOffset;
        var key = Encoding.UTF8.GetString(MessageProperties.Get(half.Properties, PropertyNames.UniqueKey));
        var newest = finder.Newest(key, HalfMessage.Origin(half));
        return newest is { } offset && halves.Settled.TryBegin(offset) ? newest : null;
    }

    sealed class Stored : AppendCompletion
    {
        readonly TaskCompletionSource<bool> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Task => _source.Task;

        public override void Completed(AppendStatus outcome) =>
            _source.TrySetResult(outcome is AppendStatus.Stored or AppendStatus.FlushTimeout);
    }
}

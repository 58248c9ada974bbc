using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Transactions;

/// <summary>
/// Where a half message is that is not open at its old place, found through the index by message id. A copy is known by
/// the offset that the message had first, since one that was sent twice has one id and two transactions.
/// </summary>
sealed class HalfCopyFinder(MessageStore store)
{
    /// <summary>Copies of one message that are looked at, newest first: more than checks by default.</summary>
    const int CopiesMax = 32;

    delegate void CopyVisitor(in MessageView copy);

    /// <summary>The newest place of the message in the half topic; null when it never moved, or too long ago.</summary>
    public long? Newest(string uniqueKey, long origin)
    {
        long? newest = null;
        Visit(
            TopicName.Half,
            uniqueKey,
            (in MessageView copy) =>
            {
                if (HalfMessage.Origin(copy) == origin && copy.QueueOffset >= (newest ?? 0))
                    newest = copy.QueueOffset;
            }
        );
        return newest;
    }

    /// <summary>Whether the message was given up.</summary>
    public bool IsGivenUp(string uniqueKey, long origin)
    {
        var found = false;
        Visit(TopicName.GivenUp, uniqueKey, (in MessageView copy) => found |= HalfMessage.Origin(copy) == origin);
        return found;
    }

    /// <summary>Whether the message has reached its topic.</summary>
    public bool IsDelivered(string uniqueKey, string realTopic)
    {
        var found = false;
        Visit(
            realTopic,
            uniqueKey,
            (in MessageView copy) => found |= SysFlag.Transaction(copy.SysFlag) == SysFlag.TransactionCommit
        );
        return found;
    }

    void Visit(string topic, string key, CopyVisitor visit)
    {
        var found = new ReadResult();
        store.QueryByKey(topic, key, CopiesMax, 0, long.MaxValue, found);
        foreach (var slice in found.Slices)
        {
            var rest = slice.Bytes.Span;
            while (MessageView.Read(rest, out var copy) == MessageProblem.None)
            {
                visit(copy);
                rest = rest[copy.TotalSize..];
            }
        }
        found.Release();
    }
}

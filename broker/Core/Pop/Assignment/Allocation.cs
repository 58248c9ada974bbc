using Broker.Protocol.Bodies;

namespace Broker.Core.Pop.Assignment;

/// <summary>
/// Divides queues among members as clients do by themselves (protocol.md §4.2). Both lists are sorted.
/// </summary>
static class Allocation
{
    /// <summary>Neighbouring queues for each; the first members get one more when it does not come out even.</summary>
    public const string Averagely = "AVG";

    /// <summary>One queue for each in turn.</summary>
    public const string ByCircle = "AVG_BY_CIRCLE";

    /// <summary>Whether a strategy is known here.</summary>
    public static bool IsKnown(string strategy) => strategy is Averagely or ByCircle;

    /// <summary>The queues of one member, none when it is not one.</summary>
    public static IEnumerable<MessageQueue> Of(
        string strategy,
        IReadOnlyList<MessageQueue> queues,
        IReadOnlyList<string> members,
        int member
    )
    {
        if (member < 0)
            return [];
        if (strategy == ByCircle)
            return queues.Where((_, index) => index % members.Count == member);
        var (least, more) = Math.DivRem(queues.Count, members.Count);
        var begin = (member * least) + Math.Min(member, more);
        return queues.Skip(begin).Take(least + (member < more ? 1 : 0));
    }

    /// <summary>
    /// What a member pops from: all queues of every broker when nobody's share is limited; else its own and those of
    /// the
    /// members behind it, so that the queues of one that hangs are emptied by others.
    /// </summary>
    public static IEnumerable<MessageQueue> ForPop(
        string strategy,
        IReadOnlyList<MessageQueue> queues,
        IReadOnlyList<string> members,
        int member,
        int shareQueues
    )
    {
        if (shareQueues <= 0)
            return queues.Select(queue => queue with { QueueId = -1 }).Distinct();
        if (member < 0)
            return [];
        if (members.Count > queues.Count)
            return [queues[member % queues.Count]];
        return Enumerable
            .Range(member, Math.Min(shareQueues, members.Count - 1) + 1)
            .SelectMany(next => Of(strategy, queues, members, next % members.Count))
            .Distinct();
    }
}

namespace Broker.Core.Offsets;

/// <summary>Where an administrator wants a group to go on (code 222).</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="QueueId">One queue, or <see cref="AllQueues"/>.</param>
/// <param name="Timestamp">Ms since 1970: the first message stored then or later; <see cref="ToEnd"/>: the end.</param>
/// <param name="Offset">The offset itself, with a queue; -1 to use the timestamp.</param>
/// <param name="IsForced">Forward too; otherwise only backward. Counts for the way over the members.</param>
readonly record struct ResetOrder(string Topic, string Group, int QueueId, long Timestamp, long Offset, bool IsForced)
{
    public const int AllQueues = -1;

    public const long ToEnd = -1;
}

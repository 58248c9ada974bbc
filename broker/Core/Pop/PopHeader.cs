using Broker.Remoting;

namespace Broker.Core.Pop;

/// <summary>
/// The fields of POP_MESSAGE, PEEK_MESSAGE, NOTIFICATION and POLLING_INFO (protocol.md §2.1). Borrowed.
/// </summary>
readonly ref struct PopHeader
{
    /// <summary>The answer leaves so much before the client's time is up, to be there in time.</summary>
    const int AnswerEarlyMs = 50;

    /// <summary>A request that is older than this beyond its time is not worth an answer's work.</summary>
    const int TooLateMs = 500;

    PopHeader(Request request, long now)
    {
        var read = request.Read();
        Group = read.Text("consumerGroup"u8);
        Topic = read.Text("topic"u8);
        QueueId = read.Int("queueId"u8);
        var isPop = request.Code == Protocol.RequestCode.PopMessage;
        MaxMessages = isPop || request.Code == Protocol.RequestCode.PeekMessage ? read.Int("maxMsgNums"u8) : 0;
        InvisibleMs = isPop ? read.Long("invisibleTime"u8) : 0;
        var polls = isPop || request.Code == Protocol.RequestCode.Notification;
        PollMs = polls ? read.Long("pollTime"u8) : 0;
        BornAt = polls ? read.Long("bornTime"u8, 0) : 0;
        if (BornAt == 0)
            BornAt = now;
        FromStart = !isPop || read.Int("initMode"u8) == 0;
        IsOrdered = read.Bool("order"u8);
        ExpressionType = request.Fields["expType"u8];
        Expression = request.Fields["exp"u8];
        AttemptId = request.Fields["attemptId"u8];
        Problem = read.Problem;
    }

    public ReadOnlySpan<byte> Group { get; }

    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>Negative for all queues.</summary>
    public int QueueId { get; }

    public int MaxMessages { get; }

    public long InvisibleMs { get; }

    public long PollMs { get; }

    /// <summary>The client's clock, ms since 1970; ours when it names none.</summary>
    public long BornAt { get; }

    /// <summary>Whether a new group begins at the oldest message (initMode 0) or at the newest.</summary>
    public bool FromStart { get; }

    public bool IsOrdered { get; }

    /// <summary>TAG when empty.</summary>
    public ReadOnlySpan<byte> ExpressionType { get; }

    /// <summary>Empty for everything.</summary>
    public ReadOnlySpan<byte> Expression { get; }

    /// <summary>The client's name for an ordered request, empty for none.</summary>
    public ReadOnlySpan<byte> AttemptId { get; }

    /// <summary>What was wrong with the fields, null when nothing was.</summary>
    public string? Problem { get; }

    /// <summary>When the answer must leave, ms since 1970; 0 when it must not wait.</summary>
    public long ExpiresAt => PollMs > 0 ? BornAt + PollMs - AnswerEarlyMs : 0;

    /// <summary>Whether the request has waited for us beyond its time.</summary>
    public bool IsTooLate(long now) => now - BornAt - PollMs > TooLateMs;

    public static PopHeader Read(Request request, long now) => new(request, now);
}

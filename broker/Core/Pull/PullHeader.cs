using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Core.Pull;

/// <summary>The fields of a pull (protocol.md §2.1, §4.3). Borrowed from the request.</summary>
readonly ref struct PullHeader
{
    const int CommitFlag = 1;
    const int SuspendFlag = 2;
    const int SubscriptionFlag = 4;
    const int ClassFilterFlag = 8;

    readonly int _sysFlag;

    PullHeader(FieldReader read, Fields fields)
    {
        Group = read.Text("consumerGroup"u8);
        Topic = read.Text("topic"u8);
        QueueId = read.Int("queueId"u8);
        Offset = read.Long("queueOffset"u8);
        MaxMessages = Math.Max(1, read.Int("maxMsgNums"u8));
        _sysFlag = read.Int("sysFlag"u8);
        CommitOffset = read.Long("commitOffset"u8, 0);
        SuspendMs = read.Long("suspendTimeoutMillis"u8, 0);
        Subscription = fields["subscription"u8];
        SubVersion = read.Long("subVersion"u8, 0);
        ExpressionType = fields["expressionType"u8];
        var maxBytes = read.Int("maxMsgBytes"u8, int.MaxValue);
        MaxBytes = maxBytes <= 0 ? int.MaxValue : maxBytes;
        Problem = read.Problem;
    }

    public ReadOnlySpan<byte> Group { get; }

    public ReadOnlySpan<byte> Topic { get; }

    public int QueueId { get; }

    public long Offset { get; }

    /// <summary>At least 1, whatever was asked for.</summary>
    public int MaxMessages { get; }

    public int MaxBytes { get; }

    public long CommitOffset { get; }

    public long SuspendMs { get; }

    /// <summary>Empty or '*' for everything, else tags joined by '||', or SQL.</summary>
    public ReadOnlySpan<byte> Subscription { get; }

    public long SubVersion { get; }

    /// <summary>TAG when empty.</summary>
    public ReadOnlySpan<byte> ExpressionType { get; }

    public bool CommitsOffset => (_sysFlag & CommitFlag) != 0;

    public bool MaySuspend => (_sysFlag & SuspendFlag) != 0;

    /// <summary>The subscription stands in the request; otherwise that of the heartbeat counts.</summary>
    public bool HasSubscription => (_sysFlag & SubscriptionFlag) != 0;

    /// <summary>A class uploaded by the client should filter; Apache gave that up with 5.0.</summary>
    public bool WantsClassFilter => (_sysFlag & ClassFilterFlag) != 0;

    /// <summary>What was wrong with the fields, null when nothing was.</summary>
    public string? Problem { get; }

    public static PullHeader Read(Request request) => new PullHeader(request.Read(), request.Fields);
}

using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Benchmarks.Load;

/// <summary>Makes the pull requests of one connection; a request's number is its queue.</summary>
sealed class PullFrames(Target target)
{
    const int MessagesPerPull = 32;

    const int SuspendFlag = 2;

    const int SubscriptionFlag = 4;

    /// <summary>Adds a request to what the socket sends next.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">The first message wanted.</param>
    /// <param name="hold">How long the broker may wait for one; zero for an answer at once.</param>
    public void Append(FrameSocket socket, int queue, long offset, TimeSpan hold)
    {
        var frame = new FrameWriter(
            SerializeType.Binary,
            (int)RequestCode.PullMessage,
            LanguageCode.DotNet,
            ClientVersion.Current,
            queue,
            0,
            default
        );
        frame.Field("consumerGroup"u8, "bench_consumer"u8);
        frame.Field("topic"u8, target.Topic);
        frame.Field("queueId"u8, queue);
        frame.Field("queueOffset"u8, offset);
        frame.Field("maxMsgNums"u8, MessagesPerPull);
        frame.Field("sysFlag"u8, hold > TimeSpan.Zero ? SubscriptionFlag | SuspendFlag : SubscriptionFlag);
        frame.Field("commitOffset"u8, 0);
        frame.Field("suspendTimeoutMillis"u8, (long)hold.TotalMilliseconds);
        frame.Field("subscription"u8, "*"u8);
        frame.Field("subVersion"u8, 0);
        frame.Field("expressionType"u8, "TAG"u8);
        frame.Finish(0);
        socket.Append(frame.Written);
        frame.Free();
    }
}

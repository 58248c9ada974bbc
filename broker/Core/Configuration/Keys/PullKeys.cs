using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>How messages are handed out.</summary>
static class PullKeys
{
    public static readonly ConfigKey[] All =
    [
        Bool(
            Pulling,
            "longPollingEnable",
            Live,
            o => o.LongPollingEnable,
            (o, v) => o.LongPollingEnable = v,
            "Hold a pull that finds nothing for as long as the client asks."
        ),
        Int(
            Pulling,
            "shortPollingTimeMills",
            Live,
            0,
            60_000,
            o => o.ShortPollingTimeMs,
            (o, v) => o.ShortPollingTimeMs = v,
            "Milliseconds a pull is held when long polling is off."
        ),
        Int(
            Pulling,
            "maxHeldPulls",
            AtStart,
            0,
            1_000_000,
            o => o.MaxHeldPulls,
            (o, v) => o.MaxHeldPulls = v,
            "Pulls held at the same time; further ones are answered at once."
        ),
        Int(
            Pulling,
            "maxTransferBytesOnMessageInMemory",
            Live,
            1024,
            128 * 1024 * 1024,
            o => o.MaxTransferBytesOnMessageInMemory,
            (o, v) => o.MaxTransferBytesOnMessageInMemory = v,
            "Bytes per pull, of messages still in memory."
        ),
        Int(
            Pulling,
            "maxTransferCountOnMessageInMemory",
            Live,
            1,
            65_536,
            o => o.MaxTransferCountOnMessageInMemory,
            (o, v) => o.MaxTransferCountOnMessageInMemory = v,
            "Messages per pull, of messages still in memory."
        ),
        Int(
            Pulling,
            "maxTransferBytesOnMessageInDisk",
            Live,
            1024,
            128 * 1024 * 1024,
            o => o.MaxTransferBytesOnMessageInDisk,
            (o, v) => o.MaxTransferBytesOnMessageInDisk = v,
            "Bytes per pull, of messages that come from disk."
        ),
        Int(
            Pulling,
            "maxTransferCountOnMessageInDisk",
            Live,
            1,
            65_536,
            o => o.MaxTransferCountOnMessageInDisk,
            (o, v) => o.MaxTransferCountOnMessageInDisk = v,
            "Messages per pull, of messages that come from disk."
        ),
        Bool(
            Pulling,
            "enablePropertyFilter",
            Live,
            o => o.EnablePropertyFilter,
            (o, v) => o.EnablePropertyFilter = v,
            "Let consumers that pull filter by SQL92 expressions; those that pop always may, as with Apache."
        ),
        Int(
            Pulling,
            "maxFilterMessageSize",
            Live,
            20,
            1 << 30,
            o => o.MaxFilterMessageSize,
            (o, v) => o.MaxFilterMessageSize = v,
            "Bytes of consume queue (20 a message) that one filtered pull looks through."
        ),
        Int(
            Pulling,
            "accessMessageInMemoryMaxRatio",
            Live,
            0,
            100,
            o => o.AccessMessageInMemoryMaxRatio,
            (o, v) => o.AccessMessageInMemoryMaxRatio = v,
            "Percent of physical memory behind the end of the log that counts as in memory."
        ),
        Bool(
            Pulling,
            "slaveReadEnable",
            Live,
            o => o.SlaveReadEnable,
            (o, v) => o.SlaveReadEnable = v,
            "Suggest a slave to a consumer that is further behind than memory reaches."
        ),
        Bool(
            Pulling,
            "disableConsumeIfConsumerReadSlowly",
            Live,
            o => o.DisableConsumeIfConsumerReadSlowly,
            (o, v) => o.DisableConsumeIfConsumerReadSlowly = v,
            "Take consumption away from groups that fall behind by more than consumerFallbehindThreshold while they "
                + "read; looked at every 3 minutes."
        ),
        Long(
            Pulling,
            "consumerFallbehindThreshold",
            Live,
            0,
            long.MaxValue,
            o => o.ConsumerFallbehindThreshold,
            (o, v) => o.ConsumerFallbehindThreshold = v,
            "Bytes of log between a queue's next message for a group and the end of the log."
        ),
        Bool(
            Pulling,
            "useServerSideResetOffset",
            Live,
            o => o.UseServerSideResetOffset,
            (o, v) => o.UseServerSideResetOffset = v,
            "Set a group's offsets at the broker, members or not; false: push them to the members."
        ),
        Int(
            Pulling,
            "defaultQueryMaxNum",
            Live,
            1,
            1024,
            o => o.DefaultQueryMaxNum,
            (o, v) => o.DefaultQueryMaxNum = v,
            "Messages that a query by unique id returns at most; repeated sends have the same."
        ),
        Int(
            Pulling,
            "maxMsgsNumBatch",
            Live,
            1,
            1024,
            o => o.MaxMessagesPerBatch,
            (o, v) => o.MaxMessagesPerBatch = v,
            "Messages that a query by key returns at most: the newest ones."
        ),
        Int(
            Pulling,
            "flushConsumerOffsetInterval",
            AtStart,
            100,
            600_000,
            o => o.FlushConsumerOffsetIntervalMs,
            (o, v) => o.FlushConsumerOffsetIntervalMs = v,
            "Milliseconds between writes of the consumer offsets."
        ),
    ];
}

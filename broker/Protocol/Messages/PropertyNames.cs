namespace Broker.Protocol.Messages;

/// <summary>The names of properties that the protocol gives a meaning (protocol.md §3.3), as UTF-8.</summary>
public static class PropertyNames
{
    /// <summary>Search words, separated by spaces.</summary>
    public static ReadOnlySpan<byte> Keys => "KEYS"u8;

    /// <summary>The tag that consumers filter by.</summary>
    public static ReadOnlySpan<byte> Tags => "TAGS"u8;

    public static ReadOnlySpan<byte> WaitStored => "WAIT"u8;

    /// <summary>1 to 18: store it and deliver later.</summary>
    public static ReadOnlySpan<byte> DelayLevel => "DELAY"u8;

    /// <summary>The topic that a message in a retry topic came from first.</summary>
    public static ReadOnlySpan<byte> RetryTopic => "RETRY_TOPIC"u8;

    /// <summary>The topic that a parked message goes to.</summary>
    public static ReadOnlySpan<byte> RealTopic => "REAL_TOPIC"u8;

    /// <summary>The queue that a parked message goes to.</summary>
    public static ReadOnlySpan<byte> RealQueueId => "REAL_QID"u8;

    /// <summary><c>true</c> on half messages.</summary>
    public static ReadOnlySpan<byte> TransactionPrepared => "TRAN_MSG"u8;

    public static ReadOnlySpan<byte> ProducerGroup => "PGROUP"u8;

    public static ReadOnlySpan<byte> MinOffset => "MIN_OFFSET"u8;

    public static ReadOnlySpan<byte> MaxOffset => "MAX_OFFSET"u8;

    public static ReadOnlySpan<byte> BuyerId => "BUYER_ID"u8;

    /// <summary>The offset id of the first delivery's message.</summary>
    public static ReadOnlySpan<byte> OriginMessageId => "ORIGIN_MESSAGE_ID"u8;

    public static ReadOnlySpan<byte> TransferFlag => "TRANSFER_FLAG"u8;

    public static ReadOnlySpan<byte> ReconsumeTime => "RECONSUME_TIME"u8;

    public static ReadOnlySpan<byte> MaxReconsumeTimes => "MAX_RECONSUME_TIMES"u8;

    /// <summary>Set by the broker on answers and messages.</summary>
    public static ReadOnlySpan<byte> MsgRegion => "MSG_REGION"u8;

    public static ReadOnlySpan<byte> TraceSwitch => "TRACE_ON"u8;

    /// <summary>The sender's message id.</summary>
    public static ReadOnlySpan<byte> UniqueKey => "UNIQ_KEY"u8;

    public static ReadOnlySpan<byte> ExtendUniqueInfo => "EXTEND_UNIQ_INFO"u8;

    public static ReadOnlySpan<byte> ConsumeStartTime => "CONSUME_START_TIME"u8;

    public static ReadOnlySpan<byte> InnerNum => "INNER_NUM"u8;

    public static ReadOnlySpan<byte> InnerBase => "INNER_BASE"u8;

    public static ReadOnlySpan<byte> TransactionCheckImmunity => "CHECK_IMMUNITY_TIME_IN_SECONDS"u8;

    public static ReadOnlySpan<byte> TransactionPreparedQueueOffset => "TRAN_PREPARED_QUEUE_OFFSET"u8;

    public static ReadOnlySpan<byte> TransactionId => "__transactionId__"u8;

    public static ReadOnlySpan<byte> TransactionCheckTimes => "TRANSACTION_CHECK_TIMES"u8;

    public static ReadOnlySpan<byte> InstanceId => "INSTANCE_ID"u8;

    public static ReadOnlySpan<byte> CorrelationId => "CORRELATION_ID"u8;

    public static ReadOnlySpan<byte> ReplyToClient => "REPLY_TO_CLIENT"u8;

    public static ReadOnlySpan<byte> Ttl => "TTL"u8;

    public static ReadOnlySpan<byte> ArriveTime => "ARRIVE_TIME"u8;

    public static ReadOnlySpan<byte> PushReplyTime => "PUSH_REPLY_TIME"u8;

    public static ReadOnlySpan<byte> Cluster => "CLUSTER"u8;

    public static ReadOnlySpan<byte> MessageType => "MSG_TYPE"u8;

    public static ReadOnlySpan<byte> PopCheckpoint => "POP_CK"u8;

    public static ReadOnlySpan<byte> PopCheckpointOffset => "POP_CK_OFFSET"u8;

    public static ReadOnlySpan<byte> FirstPopTime => "1ST_POP_TIME"u8;

    public static ReadOnlySpan<byte> ShardingKey => "__SHARDINGKEY"u8;

    public static ReadOnlySpan<byte> Redirect => "REDIRECT"u8;

    public static ReadOnlySpan<byte> InnerMultiDispatch => "INNER_MULTI_DISPATCH"u8;

    public static ReadOnlySpan<byte> InnerMultiQueueOffset => "INNER_MULTI_QUEUE_OFFSET"u8;

    public static ReadOnlySpan<byte> TimerDelaySec => "TIMER_DELAY_SEC"u8;

    public static ReadOnlySpan<byte> TimerDelayMs => "TIMER_DELAY_MS"u8;

    public static ReadOnlySpan<byte> TimerDeliverMs => "TIMER_DELIVER_MS"u8;

    public static ReadOnlySpan<byte> TimerOutMs => "TIMER_OUT_MS"u8;

    public static ReadOnlySpan<byte> TimerEnqueueMs => "TIMER_ENQUEUE_MS"u8;

    public static ReadOnlySpan<byte> TimerDequeueMs => "TIMER_DEQUEUE_MS"u8;

    public static ReadOnlySpan<byte> TimerRollTimes => "TIMER_ROLL_TIMES"u8;

    public static ReadOnlySpan<byte> TimerDelUniqueKey => "TIMER_DEL_UNIQKEY"u8;

    public static ReadOnlySpan<byte> BornHost => "__BORNHOST"u8;

    public static ReadOnlySpan<byte> BornTimestamp => "BORN_TIMESTAMP"u8;

    public static ReadOnlySpan<byte> DlqOriginTopic => "DLQ_ORIGIN_TOPIC"u8;

    public static ReadOnlySpan<byte> DlqOriginMessageId => "DLQ_ORIGIN_MESSAGE_ID"u8;

    public static ReadOnlySpan<byte> Crc32 => "__CRC32#"u8;

    /// <summary>Aliyun's name for the delivery time, ms since 1970.</summary>
    public static ReadOnlySpan<byte> StartDeliverTime => "__STARTDELIVERTIME"u8;
}

namespace Broker.Core.Configuration;

/// <content>POP consumption.</content>
public sealed partial class BrokerOptions
{
    /// <summary>Queues of the revive log.</summary>
    public int ReviveQueueNum { get; internal set; } = 8;

    /// <summary>Checkpoints in memory; beyond it nothing is handed out until some are acknowledged.</summary>
    public int PopCkMaxBufferSize { get; internal set; } = 200_000;

    /// <summary>Milliseconds that a checkpoint may stay in memory only.</summary>
    public int PopCkStayBufferTimeMs { get; internal set; } = 10_000;

    /// <summary>Milliseconds before its time is over that a checkpoint is in the log at the latest.</summary>
    public int PopCkStayBufferTimeOutMs { get; internal set; } = 3_000;

    /// <summary>Pops that wait at the same time; further ones are answered with 209.</summary>
    public int MaxPopPollingSize { get; internal set; } = 100_000;

    /// <summary>Percent of pops that look for retries first.</summary>
    public int PopFromRetryProbability { get; internal set; } = 20;

    /// <summary>
    /// Name retry topics %RETRY%group+topic instead of %RETRY%group_topic, which two groups may share.
    /// </summary>
    public bool EnableRetryTopicV2 { get; internal set; } = true;

    /// <summary>With the second form of names, also look into topics of the first form.</summary>
    public bool RetrieveMessageFromPopRetryTopicV1 { get; internal set; } = true;

    /// <summary>Hand retries out under the retry topic's name.</summary>
    public bool PopResponseReturnActualRetryTopic { get; internal set; }

    /// <summary>How consumers get their messages that no setting says it for: PULL or POP.</summary>
    public string DefaultMessageRequestMode { get; internal set; } = "PULL";

    /// <summary>Queues of other members that a member pops from as well; -1: everybody pops from all.</summary>
    public int DefaultPopShareQueueNum { get; internal set; } = -1;

    /// <summary>Divide queues among the members here; off: every member gets all.</summary>
    public bool ServerLoadBalancerEnable { get; internal set; } = true;
}

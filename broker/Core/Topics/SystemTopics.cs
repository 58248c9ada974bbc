using Broker.Core.Configuration;
using Broker.Core.Pop;
using Broker.Protocol.Bodies;
using Broker.Store.Timers;

namespace Broker.Core.Topics;

/// <summary>The topics that every broker has, with the queue counts of the reference.</summary>
static class SystemTopics
{
    const int InheritReadWrite = (int)(TopicPermission.Inherit | TopicPermission.ReadWrite);

    /// <summary>The reference writes an empty object, not nothing.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoAttributes = new Dictionary<string, string>();

    /// <summary>Delay levels, one queue each.</summary>
    const int ScheduleQueues = 18;

    public static IEnumerable<TopicConfig> For(BrokerOptions options)
    {
        // The permission to inherit is kept in the table and taken away at use, so that the key changes live.
        yield return Config(TopicName.AutoCreate, options.DefaultTopicQueueNums, InheritReadWrite);
        yield return Config(TopicName.Schedule, ScheduleQueues);
        yield return Config(TimerIndex.Topic, 1);
        yield return Config("SELF_TEST_TOPIC", 1);
        yield return Config("OFFSET_MOVED_EVENT", 1);
        yield return Config("BenchmarkTest", 1024);
        yield return Config(
            options.BrokerClusterName,
            16,
            options.ClusterTopicEnable ? InheritReadWrite : (int)TopicPermission.Inherit
        );
        yield return Config(
            options.BrokerName,
            1,
            options.BrokerTopicEnable ? InheritReadWrite : (int)TopicPermission.Inherit
        );
        yield return Config(options.BrokerClusterName + "_REPLY_TOPIC", 1);
        yield return Config(PopTopics.ReviveLog(options.BrokerClusterName), options.ReviveQueueNum);
        if (options.TraceTopicEnable)
            yield return Config(options.MsgTraceTopicName, 1);
    }

    /// <summary>A retry or dead-letter topic: the broker's own, one queue.</summary>
    public static TopicConfig Own(string name, int sysFlag = 0) => Config(name, 1) with { TopicSysFlag = sysFlag };

    static TopicConfig Config(string name, int queues, int permission = (int)TopicPermission.ReadWrite) =>
        new()
        {
            TopicName = name,
            ReadQueueNums = queues,
            WriteQueueNums = queues,
            Perm = permission,
            Attributes = NoAttributes,
        };
}

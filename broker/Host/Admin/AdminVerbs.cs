using Broker.Host.Admin.Brokers;
using Broker.Host.Admin.DeadLetters;
using Broker.Host.Admin.Exports;
using Broker.Host.Admin.Groups;
using Broker.Host.Admin.Messages;
using Broker.Host.Admin.NameServers;
using Broker.Host.Admin.Offsets;
using Broker.Host.Admin.Probes;
using Broker.Host.Admin.Topics;

namespace Broker.Host.Admin;

/// <summary>Every verb, ready to run, family by family; help and the reference page show them in this order.</summary>
static class AdminVerbs
{
    /// <summary>The families and their verbs.</summary>
    public static IEnumerable<(string Family, IEnumerable<Verb> Verbs)> Families(TimeProvider time) =>
        [
            ("Topics", OfTopics()),
            ("Groups", OfGroups()),
            ("Offsets", [ResetOffsetVerbs.CreateByTime(time), ResetOffsetVerbs.CreateSkip(), CloneOffsetVerb.Create()]),
            ("Messages", OfMessages(time)),
            ("Dead letters", OfDeadLetters(time)),
            ("Brokers", OfBrokers()),
            ("Name servers", OfNameServers()),
            ("Probes", [ProbeVerbs.CreateTopic(), ProbeVerbs.CreateBroker(), ProbeVerbs.CreateCluster()]),
            ("Exports", [ExportMetadataVerb.Create(), ExportConfigsVerb.Create(), ExportMetricsVerb.Create()]),
        ];

    /// <summary>All of them, with the options that every verb has.</summary>
    public static IEnumerable<Verb> Create(TimeProvider time)
    {
        var options = new AdminOptions();
        return Families(time).SelectMany(family => family.Verbs).Select(verb => verb.Bind(options, time));
    }

    static IEnumerable<Verb> OfTopics() =>
        [
            TopicListVerb.Create(),
            TopicRouteVerb.Create(),
            TopicStatusVerb.Create(),
            TopicClusterListVerb.Create(),
            UpdateTopicVerb.Create(),
            UpdateTopicListVerb.Create(),
            UpdateTopicPermVerb.Create(),
            DeleteTopicVerb.Create(),
            OrderConfVerb.Create(),
            AllocateQueuesVerb.Create(),
            StatsAllVerb.Create(),
        ];

    static IEnumerable<Verb> OfGroups() =>
        [
            UpdateGroupVerb.Create(),
            UpdateGroupListVerb.Create(),
            DeleteGroupVerb.Create(),
            ConsumerConfigVerb.Create(),
            ConsumeModeVerb.Create(),
            ConsumerProgressVerb.Create(),
            ConsumerConnectionVerb.Create(),
            ConsumerStatusVerb.Create(),
            ProducerVerbs.CreateConnection(),
            ProducerVerbs.CreateAll(),
        ];

    static IEnumerable<Verb> OfMessages(TimeProvider time) =>
        [
            SendVerb.Create(),
            ConsumeVerb.Create(time),
            QueryByIdVerbs.CreateById(),
            QueryByIdVerbs.CreateByUniqueKey(),
            QueryByKeyVerb.Create(time),
            QueryByOffsetVerb.Create(),
            TraceVerb.Create(time),
            PrintVerbs.CreateTopic(time),
            PrintVerbs.CreateQueue(time),
            QueryQueueVerb.Create(),
        ];

    static IEnumerable<Verb> OfDeadLetters(TimeProvider time) =>
        [QueryDeadLettersVerb.Create(time), ExportDeadLettersVerb.Create(time), ResendDeadLettersVerb.Create(time)];

    static IEnumerable<Verb> OfBrokers() =>
        [
            ClusterListVerb.Create(),
            BrokerStatusVerb.Create(),
            BrokerConfigVerbs.CreateGet(),
            BrokerConfigVerbs.CreateUpdate(),
            BrokerConsumeStatsVerb.Create(),
            HaStatusVerb.Create(),
            HaStatusVerb.CreateReset(),
            .. CleaningVerbs.Create(),
        ];

    static IEnumerable<Verb> OfNameServers() =>
        [
            NameServerConfigVerbs.CreateGet(),
            NameServerConfigVerbs.CreateUpdate(),
            KeyValueVerbs.CreateUpdate(),
            KeyValueVerbs.CreateDelete(),
            WritePermVerbs.CreateWipe(),
            WritePermVerbs.CreateAdd(),
        ];
}

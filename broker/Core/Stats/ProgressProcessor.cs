using System.Text;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Stats;

/// <summary>Serves how far groups are: one group by offset (208) and by time (303), and all of them (317).</summary>
sealed class ProgressProcessor(
    GroupProgress progress,
    TopicTable topics,
    SubscriptionGroups groups,
    ConsumerGroups consumers,
    ConsumerOffsets offsets,
    Func<BrokerStanding> standing,
    TimeProvider time
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetConsumeStats, OneGroup)
            .Map(RequestCode.QueryConsumeTimeSpan, TimeSpans, ResponseCode.TopicNotExist)
            .Map(RequestCode.GetBrokerConsumeStats, AllGroups);

    void OneGroup(Request request)
    {
        var read = request.Read();
        var group = read.String("consumerGroup"u8);
        var only = read.OptionalString("topic"u8);
        var list = read.OptionalString("topicList"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var names = only is not null ? [only] : list?.Split(';') ?? offsets.TopicsOf(group);
        var found = Stats(group, names, orderedOnly: false);
        request.Reply(
            new ConsumeStats([.. found.SelectMany(one => one.Offsets)], found.Sum(one => one.ConsumeTps)).ToJson()
        );
    }

    void TimeSpans(Request request)
    {
        var read = request.Read();
        var name = read.String("topic"u8);
        var group = read.String("group"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (!topics.TryGet(name, out var topic))
            throw new RefusedException(ResponseCode.TopicNotExist, $"topic[{name}] not exist");
        request.Reply(QueueTimeSpan.ToJson(progress.ByTime(group, topic), time.LocalTimeZone));
    }

    void AllGroups(Request request)
    {
        var ordered = request.Read().Bool("isOrder"u8);
        var topicsOf = offsets.All().ToLookup(one => one.Group, one => one.Topic, StringComparer.Ordinal);
        request.Reply(
            new BrokerConsumeStats(
                standing().Address.ToString(),
                [
                    .. groups.All.Select(group =>
                        KeyValuePair.Create(group.Name, Stats(group.Name, topicsOf[group.Name], ordered))
                    ),
                ]
            ).ToJson()
        );
    }

    /// <summary>Topics that are gone, or that the group's members no longer want, are left out.</summary>
    IReadOnlyList<ConsumeStats> Stats(string group, IEnumerable<string> names, bool orderedOnly)
    {
        var groupName = Encoding.UTF8.GetBytes(group);
        var found = new List<ConsumeStats>();
        foreach (var name in names)
        {
            if (
                topics.TryGet(name, out var topic)
                && (topic.Config.Order || !orderedOnly)
                && !consumers.HasGivenUp(groupName, topic.NameUtf8)
            )
                found.Add(progress.ByOffset(group, topic));
        }
        return found;
    }
}

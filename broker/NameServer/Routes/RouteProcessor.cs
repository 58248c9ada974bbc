using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.NameServer.Routes;

/// <summary>Serves what clients and tools ask about routes: 105, 106, 206, 224, 304, 311 to 313, and 901.</summary>
sealed class RouteProcessor(RouteTable routes, RouteAnswers answers, NameServerMeters meters)
{
    const int UnitFlag = 1;
    const int UnitSubscriptionFlag = 2;

    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetRouteInfoByTopic, Route, ResponseCode.TopicNotExist)
            .Map(RequestCode.GetBrokerClusterInfo, Clusters)
            .Map(RequestCode.GetBrokerMemberGroup, MemberGroup)
            .Map(RequestCode.GetTopicsByCluster, TopicsOfCluster)
            .Map(RequestCode.GetSystemTopicListFromNameServer, SystemTopics)
            .Map(RequestCode.GetAllTopicListFromNameServer, request => Topics(request, static (_, _) => true))
            .Map(
                RequestCode.GetUnitTopicList,
                request => Topics(request, static (one, _) => (one.SysFlag & UnitFlag) != 0)
            )
            .Map(
                RequestCode.GetHasUnitSubTopicList,
                request => Topics(request, static (one, _) => (one.SysFlag & UnitSubscriptionFlag) != 0)
            )
            .Map(
                RequestCode.GetHasUnitSubUnUnitTopicList,
                request =>
                    Topics(
                        request,
                        static (one, _) => (one.SysFlag & (UnitFlag | UnitSubscriptionFlag)) == UnitSubscriptionFlag
                    )
            );

    void Route(Request request)
    {
        var read = request.Read();
        var topic = read.String("topic"u8);
        var quoted = request.Version >= ClientVersion.StandardJson || read.Bool("acceptStandardJsonOnly"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var body = answers.Find(topic, quoted);
        meters.Route(body is not null);
        if (body is not null)
            request.Reply(body);
        else
            request.Reply(
                ResponseCode.TopicNotExist,
                $"No topic route info in name server for the topic: {topic}\n"
                    + "See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details."
            );
    }

    void Clusters(Request request) =>
        request.Reply(new ClusterInfo([.. routes.Groups().Select(RouteAnswers.BrokerDataOf)]).ToJson());

    void MemberGroup(Request request)
    {
        var read = request.Read();
        var (cluster, name) = (read.String("clusterName"u8), read.String("brokerName"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var group = routes.Group(cluster, name);
        request.Reply(BrokerMemberGroup.ToJson(cluster, name, group?.Addresses ?? []));
    }

    void TopicsOfCluster(Request request)
    {
        var read = request.Read();
        var cluster = read.String("cluster"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else
            Topics(request, (_, group) => group?.Cluster == cluster);
    }

    void SystemTopics(Request request)
    {
        var groups = routes.Groups();
        var names = groups.SelectMany(group => (string[])[group.Cluster, group.Name]).Distinct().Order();
        request.Reply(
            NameList.ToJson("topicList", names, groups is [var first, ..] ? first.Addresses.Values[0] : null)
        );
    }

    void Topics(Request request, Func<TopicQueues, BrokerGroup?, bool> condition) =>
        request.Reply(NameList.ToJson("topicList", routes.TopicsWhere(condition)));
}

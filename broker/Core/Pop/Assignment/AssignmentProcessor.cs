using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;

namespace Broker.Core.Pop.Assignment;

/// <summary>
/// Serves QUERY_ASSIGNMENT (400), SET_MESSAGE_REQUEST_MODE (401) and GET_ALL_MESSAGE_REQUEST_MODE (402): which queues a
/// member that leaves it to the broker gets, and whether it pulls or pops (protocol.md §4.2).
/// </summary>
sealed class AssignmentProcessor(
    RequestModes modes,
    TopicQueues queues,
    ConsumerGroups consumers,
    BrokerOptions options
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.QueryAssignment, Query, ResponseCode.InvalidParameter)
            .Map(RequestCode.SetMessageRequestMode, Set, ResponseCode.InvalidParameter, ResponseCode.NoPermission)
            .Map(RequestCode.GetAllMessageRequestMode, request => request.Reply(modes.ToJson(FastJsonStyle.Compact)));

    void Set(Request request)
    {
        if (!RequestModes.TryRead(FastJson.ParseObject(request.Body), out var mode))
            request.Reply(ResponseCode.InvalidParameter, "topic, consumerGroup and mode (PULL or POP) are needed");
        else if (TopicName.IsRetry(Encoding.UTF8.GetBytes(mode.Topic)))
            request.Reply(ResponseCode.NoPermission, "retry topic is not allowed to set mode");
        else if (!modes.TrySet(mode))
            request.Reply(ResponseCode.SystemError, "there are too many modes");
        else
            request.Reply(ResponseCode.Success);
    }

    void Query(Request request)
    {
        var body = FastJson.ParseObject(request.Body);
        var topic = body["topic"].AsText("");
        var group = body["consumerGroup"].AsText("");
        if (topic.Length == 0 || group.Length == 0)
        {
            request.Reply(ResponseCode.InvalidParameter, "topic and consumerGroup are needed");
            return;
        }
        var clientId = body["clientId"].AsText("");
        var strategy = body["strategyName"].AsText("");
        var isBroadcast = body["messageModel"].AsEnum(["BROADCASTING", "CLUSTERING"], absent: 1) == 0;
        request.Token.Run(async token =>
        {
            var mode = ModeOf(topic, group);
            var all = await queues.FindAsync(topic);
            var own = all is null || isBroadcast ? all : Divide(all, mode, clientId, strategy);
            token.Begin(ResponseCode.Success).Send(ToJson(own, mode));
        });
    }

    /// <summary>Null means that nothing can be said and the member goes on with what it has.</summary>
    IEnumerable<MessageQueue>? Divide(
        IReadOnlyList<MessageQueue> all,
        in RequestMode mode,
        string clientId,
        string strategy
    )
    {
        if (!options.ServerLoadBalancerEnable)
            return all;
        if (!consumers.TryGet(Encoding.UTF8.GetBytes(mode.Group), out var group) || !Allocation.IsKnown(strategy))
            return null;
        List<string> members = [.. group.ClientIds().Order(StringComparer.Ordinal)];
        var member = members.IndexOf(clientId);
        return mode.IsPop
            ? Allocation.ForPop(strategy, all, members, member, mode.ShareQueues)
            : Allocation.Of(strategy, all, members, member);
    }

    /// <summary>Retries of the old kind are always pulled.</summary>
    RequestMode ModeOf(string topic, string group)
    {
        if (modes.Find(topic, group) is { } known)
            return known;
        var isPop = options.DefaultMessageRequestMode == "POP" && !TopicName.IsRetry(Encoding.UTF8.GetBytes(topic));
        return new RequestMode(topic, group, isPop, isPop ? options.DefaultPopShareQueueNum : 0);
    }

    static byte[] ToJson(IEnumerable<MessageQueue>? assigned, in RequestMode mode)
    {
        var json = new FastJsonWriter();
        json.BeginObject();
        if (assigned is not null)
        {
            json.Name("messageQueueAssignments").BeginArray();
            foreach (var queue in assigned)
            {
                queue.Write(json.BeginObject().Name("messageQueue"));
                json.Name("mode").Value(mode.Name).EndObject();
            }
            json.EndArray();
        }
        return json.EndObject().ToArray();
    }
}

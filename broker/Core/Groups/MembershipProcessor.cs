using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>Serves who is there: 38, 203, 204, 328 and 345.</summary>
sealed class MembershipProcessor(ConsumerGroups consumers, ProducerGroups producers)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetConsumerListByGroup, ConsumerIds)
            .Map(RequestCode.GetConsumerConnectionList, ConsumerConnections, ResponseCode.ConsumerNotOnline)
            .Map(RequestCode.GetProducerConnectionList, ProducerConnections)
            .Map(RequestCode.GetAllProducerInfo, AllProducers)
            .Map(RequestCode.QuerySubscriptionByConsumer, SubscriptionOf);

    void ConsumerIds(Request request)
    {
        var read = request.Read();
        var name = read.Text("consumerGroup"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (consumers.TryGet(name, out var group) && group.ClientIds() is { Count: > 0 } ids)
            request.Reply(NameList.ToJson("consumerIdList", ids));
        else
            request.Reply(ResponseCode.SystemError, "no consumer for this group, " + Encoding.UTF8.GetString(name));
    }

    void ConsumerConnections(Request request)
    {
        var read = request.Read();
        var name = read.Text("consumerGroup"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (consumers.TryGet(name, out var group))
            request.Reply(group.ToBody(read.Bool("withSubscriptionDifference"u8)).ToJson());
        else
            request.Reply(
                ResponseCode.ConsumerNotOnline,
                $"the consumer group[{Encoding.UTF8.GetString(name)}] not online"
            );
    }

    void ProducerConnections(Request request)
    {
        var read = request.Read();
        var name = read.String("producerGroup"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (producers.Clients(name) is not { } clients)
        {
            request.Reply(ResponseCode.SystemError, $"the producer group[{name}] not exist");
            return;
        }
        var json = new FastJsonWriter();
        ClientConnection.WriteSet(json.BeginObject(), clients).EndObject();
        request.Reply(json.Written);
    }

    /// <summary>What a group's members want of a topic; nothing of it when they are not there.</summary>
    void SubscriptionOf(Request request)
    {
        var read = request.Read();
        var group = read.Text("group"u8);
        var topic = read.Text("topic"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var json = new FastJsonWriter();
        json.BeginObject().Name("group").Value(Encoding.UTF8.GetString(group));
        if (consumers.TryGetSubscription(group, topic, out var subscription))
            subscription.Data.Write(json.Name("subscriptionData"));
        json.Name("topic").Value(Encoding.UTF8.GetString(topic)).EndObject();
        request.Reply(json.Written);
    }

    void AllProducers(Request request) => request.Reply(ProducerClient.ToJson(producers.All()));
}

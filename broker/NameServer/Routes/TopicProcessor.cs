using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.NameServer.Routes;

/// <summary>Serves what changes routes without a broker's registration: 205, 216, 217 and 327.</summary>
sealed class TopicProcessor(RouteTable routes)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.WipeWritePermOfBroker, request => SetWritable(request, writable: false))
            .Map(RequestCode.AddWritePermOfBroker, request => SetWritable(request, writable: true))
            .Map(RequestCode.DeleteTopicInNameServer, Delete)
            .Map(RequestCode.RegisterTopicInNameServer, Put);

    void SetWritable(Request request, bool writable)
    {
        var read = request.Read();
        var name = read.String("brokerName"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var count = routes.SetWritable(name, writable);
        var reply = request.Begin(ResponseCode.Success);
        reply.Field(writable ? "addTopicCount"u8 : "wipeTopicCount"u8, count);
        reply.Send();
    }

    void Delete(Request request)
    {
        var read = request.Read();
        var topic = read.String("topic"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        routes.DeleteTopic(topic, read.OptionalString("clusterName"u8));
        request.Reply(ResponseCode.Success);
    }

    /// <summary>
    /// Code 217. An older client sends another request by this number, with namespace and key and without a body.
    /// </summary>
    void Put(Request request)
    {
        var read = request.Read();
        var topic = read.Name("topic"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var route = TopicRouteData.Parse(request.Body);
        routes.PutTopic(
            topic,
            route.QueueDatas.Select(one =>
                KeyValuePair.Create(
                    one.BrokerName,
                    new TopicQueues(one.ReadQueueNums, one.WriteQueueNums, one.Perm, one.TopicSysFlag)
                )
            )
        );
        request.Reply(ResponseCode.Success);
    }
}

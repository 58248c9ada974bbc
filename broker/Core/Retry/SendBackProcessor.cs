using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Core.Groups;
using Broker.Core.Stats;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Retry;

/// <summary>
/// Serves CONSUMER_SEND_MSG_BACK (36, protocol.md §4.6): a copy of the message goes to the retry topic of its group,
/// by way of a
/// delay level, or to the dead letters.
/// </summary>
sealed class SendBackProcessor(
    BrokerOptions options,
    MessageStore store,
    TopicTable topics,
    SubscriptionGroups groups,
    RetryLimits limits,
    DelayPolicy delays,
    RetryMeters meters,
    BrokerStats stats,
    Func<BrokerStanding> standing,
    Random random
)
{
    const int UnitSubscriptionFlag = 2;
    const int DeadLetterQueues = 1;

    public void Register(ProcessorTable processors) =>
        processors.Map(
            RequestCode.ConsumerSendMsgBack,
            Process,
            ResponseCode.ServiceNotAvailable,
            ResponseCode.NoPermission,
            ResponseCode.SubscriptionGroupNotExist
        );

    void Process(Request request)
    {
        var read = request.Read();
        var order = new SendBackOrder(
            read.Long("offset"u8),
            read.Int("delayLevel"u8),
            request.Version >= ClientVersion.MaxReconsumeTimes ? read.Int("maxReconsumeTimes"u8, absent: -1) : -1,
            read.Bool("unitMode"u8)
        );
        var name = read.Text("group"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (!standing().IsMaster)
            request.Reply(ResponseCode.ServiceNotAvailable, Remarks.NotAvailable(store));
        else if (!groups.TryGet(name, out var group))
            request.Reply(ResponseCode.SubscriptionGroupNotExist, Remarks.GroupMissing(Encoding.UTF8.GetString(name)));
        else if ((options.BrokerPermission & (int)TopicPermission.Write) == 0)
            request.Reply(ResponseCode.NoPermission, "the broker sending message is forbidden");
        else if (group.Config.RetryQueueNums <= 0)
            request.Reply(ResponseCode.Success);
        else
            SendBack(request, group, order);
    }

    void SendBack(Request request, SubscriptionGroup group, SendBackOrder order)
    {
        var retry = TopicOf(
            GroupName.RetryTopic(group.Name),
            group.Config.RetryQueueNums,
            order.UnitMode ? UnitSubscriptionFlag : 0
        );
        if ((retry.Permission & TopicPermission.Write) == 0)
        {
            request.Reply(ResponseCode.NoPermission, $"the topic[{retry.Name}] sending message is forbidden");
            return;
        }
        var found = new ReadResult();
        if (!store.TryRead(new LogPosition(order.Offset), found))
        {
            request.Reply(ResponseCode.SystemError, "look message by offset failed, " + order.Offset);
            return;
        }
        try
        {
            if (MessageView.Read(found.Slices[0].Bytes.Span, out var message) == MessageProblem.None)
                Append(request, group, order, retry, message);
            else
                request.Reply(ResponseCode.SystemError, "look message by offset failed, " + order.Offset);
        }
        finally
        {
            found.Release();
        }
    }

    void Append(Request request, SubscriptionGroup group, SendBackOrder order, Topic retry, in MessageView message)
    {
        var most = limits.Of(group, request.Connection, order.MaxRetries);
        var decision = RetryPolicy.Decide(most, message.ReconsumeTimes, order.DelayLevel);
        var target = decision.IsDeadLetter
            ? TopicOf(GroupName.DeadLetterTopic(group.Name), DeadLetterQueues, sysFlag: 0)
            : retry;
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        RetryProperties.Write(message, decision, ref properties);
        var added = new PropertiesWriter(stackalloc byte[512]);
        var queueId = RandomQueue(target.WriteQueues);
        ConsumeQueue queue = decision.IsDeadLetter
            ? target.Log.Queue(queueId)
            : delays.Park(decision.Level, target.NameUtf8, queueId, ref added);
        var appended = store.AppendAsync(
            new AppendRequest
            {
                Queue = queue,
                Body = message.Body,
                Properties = properties.Written,
                AddedProperties = added.Written,
                BornHost = message.BornHost,
                BornTimestamp = message.BornTimestamp,
                Flag = message.Flag,
                SysFlag = message.SysFlag,
                ReconsumeTimes = message.ReconsumeTimes + 1,
            }
        );
        properties.Free();
        added.Free();
        meters.SentBack(group.Name, decision.IsDeadLetter);
        Count(group, message);
        request.Token.Run(token => AnswerAsync(token, appended));
    }

    /// <summary>Counted under the topic that the message was first sent to, however often it was tried.</summary>
    void Count(SubscriptionGroup group, in MessageView message)
    {
        var origin = MessageProperties.Get(message.Properties, PropertyNames.RetryTopic);
        if (topics.TryGet(origin.IsEmpty ? message.Topic : origin, out var topic))
            stats.OnSentBack(topic, group.NameUtf8);
    }

    static async Task AnswerAsync(ReplyToken token, Task<AppendResult> appended)
    {
        var result = await appended;
        if (result.Status == AppendStatus.Stored)
            token.Reply(ResponseCode.Success);
        else
            token.Reply(ResponseCode.SystemError, "the message was not stored: " + result.Status);
    }

    Topic TopicOf(string name, int queues, int sysFlag) =>
        topics.TryGet(name, out var known)
            ? known
            : topics.GetOrCreate(
                new TopicConfig
                {
                    TopicName = name,
                    ReadQueueNums = queues,
                    WriteQueueNums = queues,
                    TopicSysFlag = sysFlag,
                    Attributes = new Dictionary<string, string>(),
                }
            );

    int RandomQueue(int queues)
    {
        lock (random)
            return random.Next(Math.Max(1, queues));
    }
}

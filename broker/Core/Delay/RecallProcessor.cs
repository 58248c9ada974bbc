using System.Globalization;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Delay;

/// <summary>
/// Serves RECALL_MESSAGE (370): takes a message back that waits for its time, by storing one that says so beside it.
/// Whether the message was delivered already is not looked at, as with Apache.
/// </summary>
sealed class RecallProcessor(
    BrokerOptions options,
    MessageStore store,
    TopicTable topics,
    TimerPolicy timers,
    Func<BrokerStanding> standing,
    TimeProvider time
)
{
    const string NotAvailable = "recall failed, broker service not available";

    /// <summary>The reference leaves this text in answers that succeed.</summary>
    const string Succeeded = "not set any response code";

    public void Register(ProcessorTable processors) =>
        processors.Map(
            RequestCode.RecallMessage,
            Process,
            ResponseCode.NoPermission,
            ResponseCode.SlaveNotAvailable,
            ResponseCode.ServiceNotAvailable,
            ResponseCode.TopicNotExist,
            ResponseCode.IllegalOperation
        );

    void Process(Request request)
    {
        var read = request.Read();
        var topic = read.Text("topic"u8);
        if (read.Failed)
            Answer(request.Token, ResponseCode.SystemError, read.Problem!);
        else if (Refusal(topic, read.OptionalText("recallHandle"u8), out var handle) is var (code, remark))
            Answer(request.Token, code, remark);
        else
            Recall(request, topic, handle, read.OptionalText("producerGroup"u8));
    }

    (ResponseCode Code, string Remark)? Refusal(
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> handleText,
        out RecallHandle handle
    )
    {
        handle = default;
        var now = Now();
        if (!options.RecallMessageEnable)
            return (ResponseCode.NoPermission, "recall failed, operation is forbidden");
        if (!standing().IsMaster)
            return (ResponseCode.SlaveNotAvailable, NotAvailable);
        if (now < options.StartAcceptSendRequestTimeStamp)
            return (ResponseCode.ServiceNotAvailable, NotAvailable);
        var name = Encoding.UTF8.GetString(topic);
        if (!topics.TryGet(topic, out _))
            return (ResponseCode.TopicNotExist, $"recall failed, the topic[{name}] not exist");
        if (!RecallHandle.TryRead(handleText, out handle))
            return (ResponseCode.IllegalOperation, "recall handle is invalid");
        if (handle.Topic != name)
            return (ResponseCode.IllegalOperation, "recall failed, topic not match");
        if (handle.BrokerName != options.BrokerName)
            return (ResponseCode.IllegalOperation, NotAvailable);
        var left = long.TryParse(handle.DeliverMs, CultureInfo.InvariantCulture, out var ms) ? ms - now : -1;
        return left <= 0 || left >= timers.MaxDelayMs
            ? (ResponseCode.IllegalOperation, "recall failed, timestamp invalid")
            : null;
    }

    void Recall(Request request, ReadOnlySpan<byte> topic, in RecallHandle handle, ReadOnlySpan<byte> group)
    {
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        properties.Add(PropertyNames.TimerDelUniqueKey, RecalledMessages.Name(handle.Topic, handle.UniqueKey));
        properties.Add(PropertyNames.UniqueKey, handle.UniqueKey);
        properties.Add(PropertyNames.TimerDeliverMs, handle.DeliverMs);
        properties.Add(PropertyNames.BornTimestamp, Now());
        properties.Add(PropertyNames.ProducerGroup, group);
        properties.Add(PropertyNames.Tags, "_RECALL_TAG_"u8);
        var decision = timers.IsEnabled ? timers.Decide(TimerWish.Of(properties.Written)) : TimerDecision.Illegal;
        var appended = Task.FromResult(new AppendResult(AppendStatus.Illegal, default, default, 0));
        if (decision is { IsLegal: true, OutMs: > 0 })
        {
            Span<byte> born = stackalloc byte[MessageLayout.HostV6Bytes];
            var host = new HostAddress(request.Connection.RemoteEndPoint);
            host.Write(born);
            var queue = timers.Park(decision.OutMs, topic, queueId: 0, ref properties);
            appended = store.AppendAsync(
                new AppendRequest
                {
                    Queue = queue,
                    Body = "0"u8,
                    Properties = properties.Written,
                    BornHost = born[..host.Length],
                    BornTimestamp = Now(),
                }
            );
        }
        properties.Free();
        var uniqueKey = handle.UniqueKey;
        request.Token.Run(token => AnswerAsync(token, appended, uniqueKey));
    }

    async Task AnswerAsync(ReplyToken token, Task<AppendResult> appended, string uniqueKey)
    {
        var result = await appended;
        if (result.Status is not (AppendStatus.Stored or AppendStatus.FlushTimeout))
        {
            Answer(token, ResponseCode.SystemError, "recall failed, execute error");
            return;
        }
        var reply = token.Begin(ResponseCode.Success, Encoding.UTF8.GetBytes(Succeeded));
        reply.Field("msgId"u8, uniqueKey);
        reply.Field("MSG_REGION"u8, options.RegionId);
        reply.Send();
    }

    void Answer(in ReplyToken token, ResponseCode code, string remark)
    {
        var reply = token.Begin(code, Encoding.UTF8.GetBytes(remark));
        reply.Field("MSG_REGION"u8, options.RegionId);
        reply.Send();
    }

    long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

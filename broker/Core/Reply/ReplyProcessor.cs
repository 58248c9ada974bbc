using System.Diagnostics.Metrics;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Send;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Reply;

/// <summary>
/// Serves SEND_REPLY_MESSAGE (324, 325; protocol.md §4.16): hands the answer of a consumer to the producer that asked,
/// by way of the connection that it has to this broker (326), and stores it where that is configured.
/// </summary>
sealed class ReplyProcessor
{
    /// <summary>Replies that wait for their requester; each keeps its body. Further ones are refused as busy.</summary>
    const int WaitingMax = 10_000;

    /// <summary>How long a requester may take to say that it has the reply, as with Apache.</summary>
    static readonly TimeSpan PushTimeout = TimeSpan.FromSeconds(10);

    static readonly ResponseCode[] RefusalCodes = [.. SendProcessor.PlaceRefusals, ResponseCode.MessageIllegal];

    readonly BrokerNode _node;
    readonly BrokerOptions _options;
    readonly ProducerGroups _producers;
    readonly SendProcessor _send;
    readonly byte[] _marks;
    int _waiting;

    public ReplyProcessor(BrokerNode node, SendProcessor send, Meter meter)
    {
        _node = node;
        _options = node.Options;
        _producers = node.Producers;
        _send = send;
        var marks = new PropertiesWriter(stackalloc byte[256]);
        marks.Add(PropertyNames.MsgRegion, _options.RegionId);
        marks.Add(PropertyNames.TraceSwitch, _options.TraceOn ? "true" : "false");
        _marks = marks.Written.ToArray();
        marks.Free();
        meter.CreateObservableGauge(
            "rocketmq_reply_pushes_waiting",
            () => Volatile.Read(ref _waiting),
            description: $"Replies that their requesters have not confirmed yet, of at most {WaitingMax}."
        );
    }

    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.SendReplyMessage, Process, RefusalCodes)
            .Map(RequestCode.SendReplyMessageV2, Process, RefusalCodes);

    void Process(Request request)
    {
        var header = SendHeader.Read(request);
        if (header.Problem is not null)
            _send.Refuse(request.Token, ResponseCode.SystemError, header.Problem);
        else if (request.Body.IsEmpty)
            _send.Refuse(request.Token, ResponseCode.SystemError, "the reply has no body");
        else if (request.Body.Length > _options.MaxMessageSize)
            _send.Refuse(request.Token, ResponseCode.MessageIllegal, Remarks.Illegal(_options.MaxMessageSize));
        else if (_send.Place(request, header) is { } topic)
            Take(request, header, topic);
    }

    void Take(Request request, in SendHeader header, Topic topic)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            _send.Refuse(request.Token, ResponseCode.SystemBusy, $"{WaitingMax} replies wait for their requesters");
            return;
        }
        var queueId = header.QueueId < 0 ? _send.RandomQueue(topic.WriteQueues) : header.QueueId;
        var order = new ReplyOrder(request, header, topic, queueId, _marks);
        request.Token.Run(token => RunAsync(token, order));
    }

    async Task RunAsync(ReplyToken token, ReplyOrder order)
    {
        try
        {
            var problem = await PushAsync(order);
            var stored = _options.StoreReplyMessageEnable ? await Append(order) : default(AppendResult?);
            Answer(token, order, problem, stored);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Null when the requester has the reply, else why not, in Apache's words.</summary>
    async Task<string?> PushAsync(ReplyOrder order)
    {
        if (order.Requester is not { } requester)
            return "reply message properties[REPLY_TO_CLIENT] is null";
        if (_producers.ConnectionOf(requester) is not { } connection)
            return $"push reply message fail, channel of <{requester}> not found.";
        try
        {
            var answer = await connection.InvokeAsync(
                RequestCode.PushReplyMessageToClient,
                order.PushFields(_node.Standing, _node.Time.GetUtcNow().ToUnixTimeMilliseconds()),
                order.Body,
                PushTimeout
            );
            if (answer.Code == ResponseCode.Success)
                return null;
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            // The requester is gone or does not answer: its own time-out tells its user.
        }
        return $"push reply message to {requester}fail.";
    }

    Task<AppendResult> Append(ReplyOrder order) =>
        _node.Store.AppendAsync(
            new AppendRequest
            {
                Queue = order.Topic.Log.Queue(order.QueueId),
                Body = order.Body,
                Properties = order.Properties,
                BornHost = order.BornHost,
                BornTimestamp = order.BornTimestamp,
                Flag = order.Flag,
                ReconsumeTimes = order.ReconsumeTimes,
            }
        );

    void Answer(in ReplyToken token, ReplyOrder order, string? problem, AppendResult? stored)
    {
        var reply = token.Begin(
            problem is null ? ResponseCode.Success : ResponseCode.SystemError,
            problem is null ? default : System.Text.Encoding.UTF8.GetBytes(problem)
        );
        if (stored is { Status: AppendStatus.Stored or AppendStatus.FlushTimeout } place)
        {
            _node.MessagesStored(order.Topic, order.QueueId, 1, order.Body.Length);
            reply.Field("queueId"u8, order.QueueId);
            reply.Field("msgId"u8, OffsetMessageId.ToString(_node.Standing.StoreHost, place.Position.Value));
            _send.AddMarks(ref reply);
            reply.Field("queueOffset"u8, place.QueueOffset.Value);
        }
        else if (problem is null)
        {
            // Numbers that say nothing: Java's client fails on an answer to a send without them.
            reply.Field("queueId"u8, order.QueueId);
            reply.Field("msgId"u8, "0"u8);
            _send.AddMarks(ref reply);
            reply.Field("queueOffset"u8, 0);
        }
        else
        {
            _send.AddMarks(ref reply);
        }
        reply.Send();
    }
}

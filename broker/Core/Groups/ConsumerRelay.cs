using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Groups;

/// <summary>
/// Passes an administrator's questions on to consumers and their answers back: what a consumer does (307), that it
/// consume one message now (309), how far the members of a group are (223).
/// </summary>
sealed class ConsumerRelay(
    BrokerOptions options,
    ConsumerGroups consumers,
    SubscriptionGroups groups,
    TopicTable topics,
    MessageStore store
)
{
    /// <summary>A stack dump of a busy consumer takes seconds; the reference waits as long.</summary>
    static readonly TimeSpan RelayTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Offsets are in the client's memory; the reference waits as long, for one after the other.</summary>
    static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Remark and fields of an answer that is passed on. A letter is up to 3 bytes, and they may all be one name's
    /// (<see cref="FrameWriter.NameBytesMax"/>).
    /// </summary>
    const int HeaderLettersMax = FrameWriter.NameBytesMax / 3;

    /// <summary>
    /// Clients take frames of 16 MiB. The header is written anew, and with JSON each letter may become 6 bytes.
    /// </summary>
    const int BodyBytesMax = (16 * 1024 * 1024) - (7 * HeaderLettersMax);

    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.InvokeBrokerToGetConsumerStatus, Status)
            .Map(RequestCode.GetConsumerRunningInfo, RunningInfo, ResponseCode.ConsumeMsgTimeout)
            .Map(RequestCode.ConsumeMessageDirectly, ConsumeDirectly, ResponseCode.ConsumeMsgTimeout);

    void RunningInfo(Request request)
    {
        var client = ClientOf(request);
        Relay(request, client, ListOf(request.Fields), default);
    }

    void ConsumeDirectly(Request request)
    {
        var read = request.Read();
        var id = read.Text("msgId"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (!OffsetMessageId.TryParse(id, out _, out var position))
            throw new RefusedException(
                ResponseCode.SystemError,
                $"{Encoding.UTF8.GetString(id)} is not the id of a message: 32 or 56 hexadecimal digits"
            );
        var client = ClientOf(request);
        var message = Message(position);
        var fields = ListOf(request.Fields, "brokerName");
        fields.Add("brokerName", options.BrokerName);
        if (groups.TryGet(read.OptionalText("consumerGroup"u8), out var group))
            fields.Add("groupSysFlag", group.Config.GroupSysFlag);
        if (topics.TryGet(read.OptionalText("topic"u8), out var topic))
            fields.Add("topicSysFlag", topic.Config.TopicSysFlag);
        Relay(request, client, fields, message);
    }

    void Status(Request request)
    {
        var read = request.Read();
        var topic = read.String("topic"u8);
        var group = read.String("group"u8);
        var only = read.OptionalString("clientAddr"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var clients = consumers.TryGet(Encoding.UTF8.GetBytes(group), out var members) ? members.Clients() : [];
        if (clients.Count == 0)
            throw new RefusedException(
                ResponseCode.SystemError,
                $"No Any Consumer online in the consumer group: [{group}]"
            );
        foreach (var client in clients.Where(one => one.Version < ClientVersion.ResetPush))
            throw new RefusedException(ResponseCode.SystemError, GroupClient.TooOld(client));
        var fields = new FieldList { { "topic", topic }, { "group", group } };
        request.Token.Run(async token =>
        {
            var asked = clients.Where(one => only is null || one.ClientId == only).Select(one => AskAsync(one, fields));
            var answers = await Task.WhenAll(asked);
            token.Begin(ResponseCode.Success).Send(ConsumerStatus.ToJson(answers.OfType<ClientOffsets>()));
        });
    }

    /// <summary>What a member answers; null when it does not, as if it were not there.</summary>
    static async Task<ClientOffsets?> AskAsync(GroupClient client, FieldList fields)
    {
        try
        {
            var answer = await client.Connection.InvokeAsync(
                RequestCode.GetConsumerStatusFromClient,
                fields,
                default,
                StatusTimeout
            );
            return answer.Code == ResponseCode.Success && !answer.Body.IsEmpty
                ? ConsumerStatus.ParseOne(client.ClientId, answer.Body.Span)
                : null;
        }
        catch (Exception silent) when (silent is TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>The member that is meant.</summary>
    /// <exception cref="RefusedException">It is not there, or too old for it (1).</exception>
    GroupClient ClientOf(Request request)
    {
        var read = request.Read();
        var group = read.Text("consumerGroup"u8);
        var clientId = read.OptionalString("clientId"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        GroupClient? found = consumers.TryGet(group, out var members) ? members.Client(clientId) : null;
        if (found is not { } client)
            throw new RefusedException(
                ResponseCode.SystemError,
                $"The Consumer <{Encoding.UTF8.GetString(group)}> <{clientId ?? "null"}> not online"
            );
        if (client.Version < ClientVersion.RunningInfo)
            throw new RefusedException(ResponseCode.SystemError, GroupClient.TooOld(client));
        return client;
    }

    static void Relay(Request request, GroupClient client, FieldList fields, ReadOnlyMemory<byte> body)
    {
        var group = request.Fields.GetString("consumerGroup"u8);
        request.Token.Run(async token =>
        {
            try
            {
                PassOn(token, client, await client.Connection.InvokeAsync(token.Code, fields, body, RelayTimeout));
            }
            catch (TimeoutException late)
            {
                token.Reply(
                    ResponseCode.ConsumeMsgTimeout,
                    $"consumer <{group}> <{client.ClientId}> Timeout: {late.Message}"
                );
            }
            catch (IOException closed)
            {
                token.Reply(
                    ResponseCode.SystemError,
                    $"invoke consumer <{group}> <{client.ClientId}> Exception: {closed.Message}"
                );
            }
        });
    }

    /// <summary>
    /// A consumer's answer as it came, whatever it says. One that is too long for the administrator's connection, which
    /// would end with it, is not passed on.
    /// </summary>
    static void PassOn(ReplyToken token, GroupClient client, RemotingResponse answer)
    {
        var header = answer.Fields.Sum(field => field.Key.Length + field.Value.Length) + (answer.Remark?.Length ?? 0);
        if (header > HeaderLettersMax || answer.Body.Length > BodyBytesMax)
            throw new RefusedException(
                ResponseCode.SystemError,
                $"the client {client.ClientId} answered {header} letters and {answer.Body.Length} bytes: too much"
            );
        var reply = token.Begin(answer.Code, answer.Remark is null ? default : Encoding.UTF8.GetBytes(answer.Remark));
        foreach (var (name, value) in answer.Fields)
            reply.ForeignField(name, value);
        reply.Send(answer.Body.Span);
    }

    byte[] Message(long position)
    {
        var result = new ReadResult();
        try
        {
            if (position < 0 || !store.TryRead(new LogPosition(position), result))
                throw new RefusedException(ResponseCode.SystemError, $"can not find message by the offset, {position}");
            return result.Slices[0].Bytes.ToArray();
        }
        finally
        {
            result.Release();
        }
    }

    static FieldList ListOf(Fields fields, string? without = null)
    {
        var list = new FieldList();
        foreach (var (name, value) in fields.ToDictionary())
        {
            if (name != without)
                list.Add(name, value);
        }
        return list;
    }
}

using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.Messages;

/// <summary>Reads a queue from an offset on, without moving anybody's position.</summary>
sealed class QueueReader(VerbCall call, BrokerAt broker, string topic, int queueId)
{
    /// <summary>The group that the reference's tools read as; every broker has it.</summary>
    public const string ToolsGroup = "TOOLS_CONSUMER";

    /// <summary>The subscription is in the request, since nobody sends heartbeats here (protocol.md §4.3).</summary>
    const int SysFlagSubscription = 4;

    const int MessagesPerPull = 32;

    /// <summary>The broker and queue, for reports.</summary>
    public (BrokerAt Broker, int QueueId) Queue => (broker, queueId);

    /// <summary>The tags that are wanted, <c>*</c> for all.</summary>
    public string Expression { get; init; } = "*";

    /// <summary>The group that is named to the broker.</summary>
    public string Group { get; init; } = ToolsGroup;

    /// <summary>The first and the next offset of the queue.</summary>
    public async Task<(long Min, long Max)> RangeAsync() =>
        (
            await OffsetAsync(RequestCode.GetMinOffset, []).ConfigureAwait(false),
            await OffsetAsync(RequestCode.GetMaxOffset, []).ConfigureAwait(false)
        );

    /// <summary>The offset of the first message that was stored at a time or later; ms since 1970.</summary>
    public Task<long> SearchAsync(long time) =>
        OffsetAsync(RequestCode.SearchOffsetByTimestamp, new FieldList { { "timestamp", time } });

    /// <summary>The messages of [begin, end) that match the expression, in order.</summary>
    public async IAsyncEnumerable<FoundMessage> ReadAsync(long begin, long end)
    {
        var tags = new HashSet<string>(
            Expression.Split("||", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal
        );
        for (long offset = begin; offset < end; )
        {
            var (messages, next) = await PullAsync(offset).ConfigureAwait(false);
            foreach (var message in messages)
            {
                if (message.QueueOffset >= end)
                    yield break;
                // Brokers compare hashes of tags; the rest is the client's, as ever.
                if (Expression == "*" || (message.Tags is { } tag && tags.Contains(tag)))
                    yield return message;
            }
            if (next <= offset)
                yield break;
            offset = next;
        }
    }

    async Task<(IReadOnlyList<FoundMessage> Messages, long Next)> PullAsync(long offset)
    {
        var fields = new FieldList
        {
            { "consumerGroup", Group },
            { "topic", topic },
            { "queueId", queueId },
            { "queueOffset", offset },
            { "maxMsgNums", MessagesPerPull },
            { "sysFlag", SysFlagSubscription },
            { "commitOffset", 0 },
            { "suspendTimeoutMillis", 0 },
            { "subscription", Expression },
            { "subVersion", call.Time.GetUtcNow().ToUnixTimeMilliseconds() },
            { "expressionType", "TAG" },
        };
        var answer = await call
            .Cluster.AnswerAsync(broker.Address, RequestCode.PullMessage, fields, default, call.Stopping)
            .ConfigureAwait(false);
        if (
            answer.Code
            is ResponseCode.PullNotFound
                or ResponseCode.PullRetryImmediately
                or ResponseCode.PullOffsetMoved
        )
            return ([], answer.Long("nextBeginOffset", offset));
        ClusterClient.EnsureSuccess(broker.Address, answer);
        return (FoundMessage.All(answer.Body.Span), answer.Long("nextBeginOffset", offset));
    }

    async Task<long> OffsetAsync(RequestCode code, FieldList more)
    {
        var fields = new FieldList { { "topic", topic }, { "queueId", queueId } };
        foreach (var (name, value) in more)
            fields.Add(name, value);
        var answer = await call
            .Cluster.AskAsync(broker.Address, code, fields, default, call.Stopping)
            .ConfigureAwait(false);
        return answer.Long("offset");
    }

    /// <summary>A reader for each queue of a topic, or for those of one broker or of one queue.</summary>
    public static async Task<IReadOnlyList<QueueReader>> OfTopicAsync(VerbCall call, string topic, QueueChoice choice)
    {
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        var masters = route.BrokerDatas.SelectMany(BrokerAt.Of).Where(broker => broker.IsMaster).ToList();
        if (choice.Broker is { } wanted && masters.TrueForAll(broker => broker.Name != wanted))
            throw new AdminFailedException(
                $"{topic} has no queue on broker {wanted}; it is on "
                    + string.Join(", ", masters.Select(one => one.Name))
            );
        var readers = new List<QueueReader>();
        foreach (var data in route.QueueDatas.OrderBy(data => data.BrokerName, StringComparer.Ordinal))
        {
            if (choice.Broker is not null && data.BrokerName != choice.Broker)
                continue;
            foreach (var broker in masters.Where(broker => broker.Name == data.BrokerName))
                readers.AddRange(
                    Enumerable
                        .Range(0, data.ReadQueueNums)
                        .Where(id => choice.QueueId is null || choice.QueueId == id)
                        .Select(id => new QueueReader(call, broker, topic, id)
                        {
                            Expression = choice.Expression ?? "*",
                            Group = choice.Group ?? ToolsGroup,
                        })
                );
        }
        return readers.Count > 0 || choice.QueueId is null
            ? readers
            : throw new AdminFailedException(
                $"{topic} has no queue {choice.QueueId} there; `topicRoute` shows how many"
            );
    }
}

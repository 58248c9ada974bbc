using System.Text;
using Broker.Core.Persistence;
using Broker.Protocol.Json;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// What is out in ordered consumption, kept in <c>config/consumerOrderInfo.json</c> in Apache's form:
/// <code>
/// {"table":{"topic@group":{queue:{"popTime":1,"i":60000,"o":[first,distance,...],"ot":{offset:time},
///  "oc":{offset:count},"l":1,"cm":bits,"a":"attempt"}}}}
/// </code>
/// After a crash what was handed out since the last <see cref="Persist"/> may be handed out again.
/// </summary>
sealed class OrderTable(MessageStore store, PopGroups groups, ReviveLog log, TimeProvider time)
{
    /// <summary>One bit each in the file.</summary>
    const int MessagesMax = 64;

    /// <summary>What nobody asked for in so long is forgotten, as in the reference.</summary>
    const long ForgottenAfterMs = 24 * 3600 * 1000;

    readonly StateFile _file = new(
        store.Config,
        "consumerOrderInfo.json",
        time,
        ": messages that are out in ordered POP consumption are then handed out again at once.",
        () => store.Sync()
    );

    /// <summary>A batch changed: it is on disk with the next <see cref="Persist"/>.</summary>
    public void Changed() => _file.Touch();

    /// <summary>Notes the messages of an ordered pop. The queue's lock must be held.</summary>
    public void HandOut(PopQueue queue, in PopOrder order, in PopPlace place, PoppedMessages target)
    {
        var batch = new OrderedBatch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(target.Offsets))
        {
            AttemptId = order.AttemptId,
            PopTime = place.PopTime,
            InvisibleMs = place.InvisibleMs,
            ConsumedAt = log.Now,
        };
        if (queue.Ordered is { } before)
            batch.CountAfter(before);
        queue.Ordered = batch;
        queue.Commit(place.StartOffset);
        Describe(queue, batch, target);
        Changed();
    }

    /// <summary>Writes the file if anything changed since the last time.</summary>
    public void Persist() => _file.Persist(_ => ToJson());

    /// <summary>Reads the file; what belongs to a topic or group that does not exist is left out.</summary>
    /// <exception cref="Configuration.ConfigException">The file and its backup are damaged.</exception>
    public void Load() => _file.Load(Problem, Adopt);

    static void Describe(PopQueue queue, OrderedBatch batch, PoppedMessages target)
    {
        var least = int.MaxValue;
        for (var i = 0; i < batch.Count; i++)
        {
            least = Math.Min(least, batch.CountOf(i));
            if (batch.CountOf(i) == 0)
                continue;
            Begin(queue, target).Text("qo"u8).Number(queue.QueueId).Letter((byte)'%').Number(batch.OffsetOf(i));
            target.OrderCountInfo.Letter((byte)' ').Number(batch.CountOf(i));
        }
        // For clients that know counts of whole queues only.
        Begin(queue, target).Number(queue.QueueId).Letter((byte)' ').Number(least);
    }

    static System.Buffers.ArrayBufferWriter<byte> Begin(PopQueue queue, PoppedMessages target) =>
        target.OrderCountInfo.NextEntry().Letter(queue.Group.Mark).Letter((byte)' ');

    byte[] ToJson()
    {
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        json.BeginObject().Name("table").BeginObject();
        foreach (var group in groups.All.Where(groups.IsAlive))
            Write(json, group);
        return json.EndObject().EndObject().ToArray();
    }

    void Write(FastJsonWriter json, PopGroup group)
    {
        var begun = false;
        foreach (var queue in group.Queues)
        {
            lock (queue.Gate)
            {
                if (queue.Ordered is not { } batch || log.Now - batch.ConsumedAt > ForgottenAfterMs)
                    continue;
                if (!begun)
                    json.Name($"{group.Topic.Name}@{group.Group.Name}").BeginObject();
                begun = true;
                Write(json.Name(queue.QueueId), batch);
            }
        }
        if (begun)
            json.EndObject();
    }

    static void Write(FastJsonWriter json, OrderedBatch batch)
    {
        json.BeginObject();
        if (batch.AttemptId is { } attempt)
            json.Name("a").Value(Encoding.UTF8.GetString(attempt));
        json.Name("cm").Value((long)batch.Acked).Name("i").Value(batch.InvisibleMs).Name("l").Value(batch.ConsumedAt);
        json.Name("o").BeginArray();
        for (var i = 0; i < batch.Count; i++)
            json.Value(i == 0 ? batch.OffsetOf(0) : batch.OffsetOf(i) - batch.OffsetOf(0));
        json.EndArray().Name("oc").BeginObject();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.CountOf(i) > 0)
                json.Name(batch.OffsetOf(i)).Value(batch.CountOf(i));
        }
        json.EndObject().Name("ot").BeginObject();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.VisibleAtOf(i) > 0)
                json.Name(batch.OffsetOf(i)).Value(batch.VisibleAtOf(i));
        }
        json.EndObject().Name("popTime").Value(batch.PopTime).EndObject();
    }

    static string? Problem(FastJson json) => StateShape.TableProblem(json, "table", StateShape.IsObjectOfObjects);

    void Adopt(FastJson json)
    {
        foreach (var (key, queues) in json["table"].Members)
        {
            var name = key.AsText("");
            var at = name.IndexOf('@', StringComparison.Ordinal);
            if (at <= 0)
                continue;
            var topic = Encoding.UTF8.GetBytes(name[..at]);
            if (!groups.TryGet(topic, Encoding.UTF8.GetBytes(name[(at + 1)..]), out var group))
                continue;
            foreach (var (queueId, info) in queues.Members)
            {
                if (queueId.AsInt(-1) is >= 0 and var id && id < group.Topic.ReadQueues && Read(info) is { } batch)
                    group.Queue(id).Ordered = batch;
            }
        }
    }

    static OrderedBatch? Read(FastJson json)
    {
        var places = json["o"].Items;
        if (places.Count is 0 or > MessagesMax)
            return null;
        var first = places[0].AsLong();
        var batch = new OrderedBatch([first, .. places.Skip(1).Select(distance => first + distance.AsLong())])
        {
            AttemptId = json["a"].AsText() is { } attempt ? Encoding.UTF8.GetBytes(attempt) : null,
            PopTime = json["popTime"].AsLong(),
            InvisibleMs = json["i"].AsLong(),
            ConsumedAt = json["l"].AsLong(),
            Acked = (ulong)json["cm"].AsLong(),
        };
        foreach (var (offset, count) in json["oc"].Members)
        {
            if (batch.IndexOf(offset.AsLong(-1)) is >= 0 and var index)
                batch.SetCount(index, count.AsInt());
        }
        foreach (var (offset, time) in json["ot"].Members)
            batch.SetVisibleAt(offset.AsLong(-1), time.AsLong());
        return batch;
    }
}

using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Store;

namespace Broker.Core.Filter;

/// <summary>
/// <c>config/consumerFilter.json</c> in Apache's format:
/// <c>{"filterDataByTopic":{topic:{"groupFilterData":{group:{...}},"topic":topic}}}</c>. Its <c>bloomFilterData</c>,
/// places in the bit maps of a <c>consumequeue_ext</c> that we do not write, is left out; an Apache broker then
/// starts without
/// these filters and has them again with the first heartbeats. It overlooks our <c>dataVersion</c>.
/// </summary>
sealed class ConsumerFilterFile(ConfigFolder files, TimeProvider time)
{
    readonly StateFile _file = new(
        files,
        "consumerFilter.json",
        time,
        ": groups that filter by SQL tell their expressions again within 30 s."
    );

    /// <exception cref="Configuration.ConfigException">The file and its backup are damaged.</exception>
    public IReadOnlyList<ConsumerFilter> Read()
    {
        IReadOnlyList<ConsumerFilter> filters = [];
        _file.Load(
            json => StateShape.TableProblem(json, "filterDataByTopic", StateShape.IsObject),
            json => filters = Filters(json)
        );
        return filters;
    }

    /// <summary>Something has changed.</summary>
    public void Touch() => _file.Touch();

    /// <summary>Writes if something has changed since the last time.</summary>
    public void Persist(Func<IEnumerable<ConsumerFilter>> filters) =>
        _file.Persist(version => ToJson(version, filters()));

    static byte[] ToJson(DataVersion version, IEnumerable<ConsumerFilter> filters)
    {
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("filterDataByTopic").BeginObject();
        foreach (var topic in filters.GroupBy(filter => filter.Topic))
        {
            json.Name(topic.Key).BeginObject().Name("groupFilterData").BeginObject();
            foreach (var filter in topic)
                Write(json.Name(filter.Group), filter);
            json.EndObject().Name("topic").Value(topic.Key).EndObject();
        }
        return json.EndObject().EndObject().ToArray();
    }

    static void Write(FastJsonWriter json, ConsumerFilter filter) =>
        json.BeginObject()
            .Name("bornTime")
            .Value(filter.BornTime)
            .Name("clientVersion")
            .Value(filter.ClientVersion)
            .Name("consumerGroup")
            .Value(filter.Group)
            .Name("dead")
            .Value(filter.DeadTime != 0)
            .Name("deadTime")
            .Value(filter.DeadTime)
            .Name("expression")
            .Value(filter.Expression)
            .Name("expressionType")
            .Value(filter.ExpressionType)
            .Name("topic")
            .Value(filter.Topic)
            .EndObject();

    static List<ConsumerFilter> Filters(FastJson json)
    {
        var filters = new List<ConsumerFilter>();
        foreach (var (_, topic) in json["filterDataByTopic"].Members)
        {
            foreach (var (_, one) in topic["groupFilterData"].Members)
            {
                filters.Add(
                    new ConsumerFilter
                    {
                        Topic = one["topic"].AsText(""),
                        Group = one["consumerGroup"].AsText(""),
                        Expression = one["expression"].AsText(""),
                        ExpressionType = one["expressionType"].AsText(""),
                        ClientVersion = one["clientVersion"].AsLong(),
                        BornTime = one["bornTime"].AsLong(),
                        DeadTime = one["deadTime"].AsLong(),
                    }
                );
            }
        }
        return filters;
    }
}

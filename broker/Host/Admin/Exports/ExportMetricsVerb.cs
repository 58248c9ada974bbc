using Broker.Host.Admin.Brokers;
using Broker.Host.Admin.Groups;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Exports;

/// <summary><c>exportMetrics</c>: load and size of a cluster's masters, as JSON.</summary>
static class ExportMetricsVerb
{
    public static Verb Create() =>
        ExportFile.OfCluster("exportMetrics", "Write load and size of a cluster's masters to a JSON file.", RunAsync);

    static async Task RunAsync(VerbCall call, string cluster, string? folder)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        var json = new FastJsonWriter(FastJsonStyle.Pretty | FastJsonStyle.QuotedNumberKeys);
        double inTps = 0;
        double outTps = 0;
        json.BeginObject().Name("evaluateReport").BeginObject();
        foreach (var broker in brokers.Where(broker => broker.IsMaster))
        {
            var values = await RuntimeValues.OfAsync(call, broker.Address).ConfigureAwait(false);
            inTps += values.Rate("putTps");
            outTps += values.Rate("getTransferredTps", "getTransferedTps");
            json.Name(broker.Name).BeginObject().Name("runtimeValues").BeginObject();
            foreach (var (name, value) in values.All)
                json.Name(name).Value(value);
            json.EndObject();
            json.Name("topicSize").Value(await TopicsAsync(call, broker.Address).ConfigureAwait(false));
            var groups = await GroupConfigs.OfAsync(call, broker.Address).ConfigureAwait(false);
            json.Name("groupSize").Value(groups.Count).EndObject();
        }
        json.EndObject()
            .Name("totalData")
            .BeginObject()
            .Name("inTps")
            .Value(inTps)
            .Name("outTps")
            .Value(outTps)
            .EndObject()
            .EndObject();
        await ExportFile.WriteAsync(call, folder, "metrics.json", json).ConfigureAwait(false);
        call.Report.Value("inTps", inTps);
        call.Report.Value("outTps", outTps);
    }

    static async Task<int> TopicsAsync(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetAllTopicConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        return TopicConfigTable.Parse(answer.Body.Span).Topics.Count;
    }
}

using System.Text;
using Broker.Core.Configuration;
using Broker.Host.Admin.Brokers;
using Broker.Protocol;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Exports;

/// <summary><c>exportConfigs</c>: the configuration of a cluster's brokers and of the name servers, as JSON.</summary>
static class ExportConfigsVerb
{
    public static Verb Create() =>
        ExportFile.OfCluster("exportConfigs", "Write the configuration of a cluster to a JSON file.", RunAsync);

    static async Task RunAsync(VerbCall call, string cluster, string? folder)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        var json = new FastJsonWriter(FastJsonStyle.Pretty | FastJsonStyle.QuotedNumberKeys);
        json.BeginObject().Name("brokerConfigs").BeginObject();
        foreach (var broker in brokers)
        {
            var keys = await BrokerConfigVerbs.OfAsync(call, broker.Address).ConfigureAwait(false);
            Write(json.Name($"{broker.Name}:{broker.Id}"), keys);
        }
        json.EndObject();
        var answers = await call
            .Cluster.AskNameServersAsync(RequestCode.GetNameServerConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        json.Name("clusterScale")
            .BeginObject()
            .Name("masterBrokerSize")
            .Value(brokers.Count(broker => broker.IsMaster))
            .Name("namesrvSize")
            .Value(answers.Count)
            .Name("slaveBrokerSize")
            .Value(brokers.Count(broker => !broker.IsMaster))
            .EndObject();
        json.Name("namesrvConfigs").BeginObject();
        foreach (var (address, answer) in answers)
            Write(json.Name(address), PropertiesText.Parse(Encoding.UTF8.GetString(answer.Body.Span)));
        json.EndObject().EndObject();
        await ExportFile.WriteAsync(call, folder, "configs.json", json).ConfigureAwait(false);
        call.Report.Value("brokers", brokers.Count);
        call.Report.Value("nameServers", answers.Count);
    }

    static void Write(FastJsonWriter json, IEnumerable<KeyValuePair<string, string>> keys)
    {
        json.BeginObject();
        foreach (var (key, value) in keys)
            json.Name(key).Value(value);
        json.EndObject();
    }
}

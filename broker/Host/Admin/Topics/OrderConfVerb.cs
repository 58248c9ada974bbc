using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Topics;

/// <summary><c>updateOrderConf</c>: how many queues each broker is meant to have of an ordered topic.</summary>
static class OrderConfVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var method = VerbOptions.Required("--method -m", "What to do: put, get or delete.");
        method.AcceptOnlyFromAmong("put", "get", "delete");
        var conf = VerbOptions.Text("--orderConf -v", "With put: broker-a:4;broker-b:4.");
        var verb = new Verb(
            "updateOrderConf",
            "Set, show or delete the order configuration of a topic at the name servers.",
            call => RunAsync(call, call.Need(topic), call.Need(method), call.Get(conf)),
            "-t payments -m put -v \"broker-a:4;broker-b:4\"",
            "-t payments -m get",
            "-t payments -m delete"
        )
        {
            topic,
            method,
            conf,
        };
        verb.Validators.Add(given =>
        {
            if (given.GetValue(method) == "put" && string.IsNullOrWhiteSpace(given.GetValue(conf)))
                given.AddError("-m put needs -v, such as -v \"broker-a:4;broker-b:4\".");
        });
        return verb;
    }

    static async Task RunAsync(VerbCall call, string topic, string method, string? conf)
    {
        switch (method)
        {
            case "put":
                await PutAsync(call, topic, conf!).ConfigureAwait(false);
                break;
            case "delete":
                await DeleteAsync(call, topic).ConfigureAwait(false);
                conf = null;
                break;
            default:
                var fields = new FieldList { { "namespace", TopicNames.OrderNamespace }, { "key", topic } };
                var answer = await call
                    .Cluster.AskNameServerAsync(RequestCode.GetKvConfig, fields, call.Stopping)
                    .ConfigureAwait(false);
                conf = answer.Fields.GetValueOrDefault("value");
                break;
        }
        call.Report.Record("order", ("topic", topic), ("orderConf", conf));
    }

    /// <summary>Tells every name server.</summary>
    public static Task PutAsync(VerbCall call, string topic, string conf) =>
        call.Cluster.AskNameServersAsync(
            RequestCode.PutKvConfig,
            new FieldList
            {
                { "namespace", TopicNames.OrderNamespace },
                { "key", topic },
                { "value", conf },
            },
            default,
            call.Stopping
        );

    /// <summary>Makes every name server forget it; one that never knew it is content.</summary>
    public static Task DeleteAsync(VerbCall call, string topic) =>
        call.Cluster.AskNameServersAsync(
            RequestCode.DeleteKvConfig,
            new FieldList { { "namespace", TopicNames.OrderNamespace }, { "key", topic } },
            default,
            call.Stopping
        );
}

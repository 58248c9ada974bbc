using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Topics;

/// <summary><c>deleteTopic</c>: deletes a topic on all masters of a cluster, and its routes.</summary>
static class DeleteTopicVerb
{
    public static Verb Create()
    {
        var cluster = VerbOptions.Required("--clusterName -c --cluster", "The cluster.");
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        return new Verb(
            "deleteTopic",
            "Delete a topic and its messages from a cluster.",
            call => RunAsync(call, call.Need(cluster), call.Need(topic)),
            "-c DefaultCluster -t orders"
        )
        {
            cluster,
            topic,
        };
    }

    static async Task RunAsync(VerbCall call, string cluster, string topic)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        // A typing error would otherwise be reported as done: brokers delete what is not there without a word.
        await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        call.Report.Table("deleted", "server", "topic");
        foreach (var broker in brokers.Where(broker => broker.IsMaster))
            await DeleteAsync(call, broker.Address, topic).ConfigureAwait(false);
        var fields = new FieldList { { "topic", topic }, { "clusterName", cluster } };
        var answers = await call
            .Cluster.AskNameServersAsync(RequestCode.DeleteTopicInNameServer, fields, default, call.Stopping)
            .ConfigureAwait(false);
        foreach (var (address, _) in answers)
            call.Report.Row(address, topic);
        await OrderConfVerb.DeleteAsync(call, topic).ConfigureAwait(false);
    }

    /// <summary>Deletes it on one broker and says so.</summary>
    public static async Task DeleteAsync(VerbCall call, string address, string topic)
    {
        var fields = new FieldList { { "topic", topic } };
        await call
            .Cluster.AskAsync(address, RequestCode.DeleteTopicInBroker, fields, default, call.Stopping)
            .ConfigureAwait(false);
        call.Report.Row(address, topic);
    }
}

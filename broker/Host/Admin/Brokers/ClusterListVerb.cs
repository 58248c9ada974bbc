using Broker.Host.Admin.Output;

namespace Broker.Host.Admin.Brokers;

/// <summary><c>clusterList</c>: every broker with its load.</summary>
static class ClusterListVerb
{
    public static Verb Create()
    {
        var cluster = VerbOptions.Text("--clusterName -c", "Only this cluster.");
        var more = VerbOptions.Switch("--moreStats -m", "Messages of yesterday and today in place of rates.");
        return new Verb(
            "clusterList",
            "List the brokers of all clusters with their load.",
            call => call.Get(more) ? TotalsAsync(call, call.Get(cluster)) : LoadAsync(call, call.Get(cluster)),
            "",
            "-c DefaultCluster",
            "-m"
        )
        {
            cluster,
            more,
        };
    }

    static async Task LoadAsync(VerbCall call, string? cluster)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        call.Report.Table(
            "brokers",
            "cluster",
            "broker",
            "id",
            "address",
            "version",
            "inTps",
            "sendQueue",
            "outTps",
            "pullQueue",
            "oldestMessage",
            "diskRatio",
            "active"
        );
        foreach (var broker in brokers)
        {
            var values = await RuntimeValues.OfAsync(call, broker.Address).ConfigureAwait(false);
            call.Report.Row(
                broker.Cluster,
                broker.Name,
                broker.Id,
                broker.Address,
                values.Text("brokerVersionDesc"),
                values.Rate("putTps"),
                values.Number("sendThreadPoolQueueSize"),
                values.Rate("getTransferredTps", "getTransferedTps"),
                values.Number("pullThreadPoolQueueSize"),
                new Moment(values.Number("earliestMessageTimeStamp")),
                values.Rate("commitLogDiskRatio"),
                values.Text("brokerActive") != "false"
            );
        }
    }

    static async Task TotalsAsync(VerbCall call, string? cluster)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        call.Report.Table("brokers", "cluster", "broker", "inYesterday", "outYesterday", "inToday", "outToday");
        foreach (var broker in brokers.Where(broker => broker.IsMaster))
        {
            var values = await RuntimeValues.OfAsync(call, broker.Address).ConfigureAwait(false);
            long inMorning = values.Number("msgPutTotalTodayMorning");
            long outMorning = values.Number("msgGetTotalTodayMorning");
            call.Report.Row(
                broker.Cluster,
                broker.Name,
                inMorning - values.Number("msgPutTotalYesterdayMorning"),
                outMorning - values.Number("msgGetTotalYesterdayMorning"),
                values.Number("msgPutTotalTodayNow") - inMorning,
                values.Number("msgGetTotalTodayNow") - outMorning
            );
        }
    }
}

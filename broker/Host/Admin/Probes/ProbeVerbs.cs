namespace Broker.Host.Admin.Probes;

/// <summary>
/// <c>checkMsgSendRT</c>, <c>sendMsgStatus</c> and <c>clusterRT</c>: how long sends take now. A send that fails is in
/// the result, and the exit status is 1.
/// </summary>
static class ProbeVerbs
{
    /// <summary>The largest message of a broker by default, 4 MiB.</summary>
    const int SizeMost = 4 * 1024 * 1024;

    public static Verb CreateTopic()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic to send to.");
        var amount = Amount("--amount -a", 100);
        var size = Size("--size -s");
        return new Verb(
            "checkMsgSendRT",
            "Send messages to a topic and show how long each took.",
            call => ListAsync(call, new SendProbe(call, call.Need(topic), call.Int(size)), call.Need(amount), null),
            "-t orders -a 10 -s 1024"
        )
        {
            topic,
            amount,
            size,
        };
    }

    public static Verb CreateBroker()
    {
        var broker = VerbOptions.Required("--brokerName -b", "The broker's name: it has a topic of that name.");
        var count = Amount("--count -c", 50);
        var size = Size("--messageSize -s");
        return new Verb(
            "sendMsgStatus",
            "Send messages to a broker and show how long each took.",
            call =>
                ListAsync(
                    call,
                    new SendProbe(call, call.Need(broker), call.Int(size)),
                    call.Need(count),
                    call.Need(broker)
                ),
            "-b broker-a -c 10"
        )
        {
            broker,
            count,
            size,
        };
    }

    public static Verb CreateCluster()
    {
        var cluster = VerbOptions.Text("--cluster -c --clusterName", "Only this cluster.");
        var amount = Amount("--amount -a", 100);
        var size = Size("--size -s");
        return new Verb(
            "clusterRT",
            "Send messages to every broker and show the average time.",
            call => ClustersAsync(call, call.Get(cluster), call.Need(amount), call.Int(size)),
            "-a 20"
        )
        {
            cluster,
            amount,
            size,
        };
    }

    static async Task ListAsync(VerbCall call, SendProbe probe, long amount, string? broker)
    {
        long failed = 0;
        double sum = 0;
        call.Report.Table("sends", "broker", "queueId", "ms", "error");
        await foreach (var result in probe.RunAsync(amount, broker).ConfigureAwait(false))
        {
            call.Report.Row(result.Broker, result.QueueId, result.Ms, result.Error);
            sum += result.Ms;
            failed += result.Error is null ? 0 : 1;
        }
        call.Report.Value("averageMs", sum / amount);
        Judge(failed, amount);
    }

    static async Task ClustersAsync(VerbCall call, string? cluster, long amount, int size)
    {
        var brokers = await call.Cluster.BrokersAsync(cluster, call.Stopping).ConfigureAwait(false);
        long failed = 0;
        long all = 0;
        call.Report.Table("brokers", "cluster", "broker", "averageMs", "sent", "failed");
        foreach (var broker in brokers.Where(broker => broker.IsMaster))
        {
            long failedHere = 0;
            double sum = 0;
            var probe = new SendProbe(call, broker.Name, size);
            await foreach (var result in probe.RunAsync(amount, broker.Name).ConfigureAwait(false))
            {
                sum += result.Ms;
                failedHere += result.Error is null ? 0 : 1;
            }
            call.Report.Row(broker.Cluster, broker.Name, sum / amount, amount - failedHere, failedHere);
            failed += failedHere;
            all += amount;
        }
        Judge(failed, all);
    }

    static void Judge(long failed, long all)
    {
        if (failed > 0)
            throw new AdminFailedException($"{failed} of {all} sends failed");
    }

    static System.CommandLine.Option<long> Amount(string names, long usual) =>
        VerbOptions.Number(names, "How many messages.", usual, 1, 1_000_000);

    static System.CommandLine.Option<long> Size(string names) =>
        VerbOptions.Number(names, "Bytes of each body.", 128, 1, SizeMost);
}

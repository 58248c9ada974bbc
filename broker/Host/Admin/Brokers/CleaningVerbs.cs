using Broker.Protocol;

namespace Broker.Host.Admin.Brokers;

/// <summary>Verbs that let brokers drop at once what they would drop in time.</summary>
static class CleaningVerbs
{
    public static IEnumerable<Verb> Create() =>
        [
            Create(
                "cleanExpiredCQ",
                "Delete consume queues of deleted messages.",
                RequestCode.CleanExpiredConsumeQueue
            ),
            Create("cleanUnusedTopic", "Delete consume queues of deleted topics.", RequestCode.CleanUnusedTopic),
            Create(
                "deleteExpiredCommitLog",
                "Delete log files that are over their time.",
                RequestCode.DeleteExpiredCommitLog
            ),
        ];

    static Verb Create(string name, string description, RequestCode code)
    {
        var target = new BrokerTarget();
        return target.AddTo(
            new Verb(
                name,
                $"{description} Without -b and -c: on all masters.",
                call => RunAsync(call, target, code),
                "-c DefaultCluster",
                "-b 10.0.0.1:10911"
            ),
            required: false
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, RequestCode code)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("cleaned", "broker");
        foreach (var broker in brokers)
        {
            await call.Cluster.AskAsync(broker.Address, code, null, default, call.Stopping).ConfigureAwait(false);
            call.Report.Row(broker.Address);
        }
    }
}

using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Brokers;

/// <summary><c>haStatus</c> and <c>resetMasterFlushOffset</c>: how far slaves are behind their master.</summary>
static class HaStatusVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        return target.AddTo(
            new Verb(
                "haStatus",
                "Show how far the slaves of brokers are.",
                call => RunAsync(call, target),
                "-b 10.0.0.1:10911",
                "-c DefaultCluster"
            )
        );
    }

    public static Verb CreateReset()
    {
        var broker = VerbOptions.Required("--brokerAddr -b", "The slave: host:port.");
        var offset = VerbOptions.RequiredNumber("--offset -o", "The position in the log, in bytes.", 0, long.MaxValue);
        return new Verb(
            "resetMasterFlushOffset",
            "Tell a slave how far its master's log is on disk.",
            async call =>
            {
                var fields = new FieldList { { "masterFlushOffset", call.Need(offset) } };
                await call
                    .Cluster.AskAsync(
                        call.Need(broker),
                        RequestCode.ResetMasterFlushOffset,
                        fields,
                        default,
                        call.Stopping
                    )
                    .ConfigureAwait(false);
                call.Report.Record("changed", ("broker", call.Need(broker)), ("masterFlushOffset", call.Need(offset)));
            },
            "-b 10.0.0.1:10911 -o 0"
        )
        {
            broker,
            offset,
        };
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target)
    {
        var states = new List<(string Address, FastJson State)>();
        foreach (var broker in await target.ResolveAsync(call, slaves: true).ConfigureAwait(false))
        {
            var answer = await call
                .Cluster.AskAsync(broker.Address, RequestCode.GetBrokerHaStatus, null, default, call.Stopping)
                .ConfigureAwait(false);
            states.Add((broker.Address, FastJson.Parse(answer.Body.Span)));
        }
        call.Report.Table("brokers", "broker", "master", "logEnd", "slavesInSync", "slaves");
        foreach (var (address, state) in states)
            call.Report.Row(
                address,
                state["master"].AsBool(),
                state["masterCommitLogMaxOffset"].AsLong(),
                state["inSyncSlaveNums"].AsLong(),
                state["haConnectionInfo"].Items.Count
            );
        call.Report.Table("slaves", "broker", "slave", "ackOffset", "behind", "bytesPerSecond", "inSync");
        foreach (var (address, state) in states)
        {
            foreach (var slave in state["haConnectionInfo"].Items)
                call.Report.Row(
                    address,
                    slave["addr"].AsText(),
                    slave["slaveAckOffset"].AsLong(),
                    slave["diff"].AsLong(),
                    slave["transferredByteInSecond"].AsLong(),
                    slave["inSync"].AsBool()
                );
        }
    }
}

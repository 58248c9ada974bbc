using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.NameServers;

/// <summary>
/// <c>wipeWritePerm</c> and <c>addWritePerm</c>: whether senders are led to a broker. Messages in it stay readable.
/// </summary>
static class WritePermVerbs
{
    public static Verb CreateWipe() =>
        Create(
            "wipeWritePerm",
            "Lead senders away from a broker, before it is stopped.",
            RequestCode.WipeWritePermOfBroker,
            "wipeTopicCount"
        );

    public static Verb CreateAdd() =>
        Create("addWritePerm", "Lead senders to a broker again.", RequestCode.AddWritePermOfBroker, "addTopicCount");

    static Verb Create(string name, string description, RequestCode code, string counted)
    {
        var broker = VerbOptions.Required("--brokerName -b", "The broker's name.");
        return new Verb(name, description, call => RunAsync(call, code, call.Need(broker), counted), "-b broker-a")
        {
            broker,
        };
    }

    static async Task RunAsync(VerbCall call, RequestCode code, string broker, string counted)
    {
        // Name servers answer 0 topics for a broker that is not there: a typing error would look done.
        var info = await call.Cluster.ClusterInfoAsync(call.Stopping).ConfigureAwait(false);
        if (!info.Brokers.Any(group => group.BrokerName == broker))
            throw new AdminFailedException(
                $"there is no broker {broker}; there is {string.Join(", ", info.Brokers.Select(one => one.BrokerName))}"
            );
        var answers = await call
            .Cluster.AskNameServersAsync(code, new FieldList { { "brokerName", broker } }, default, call.Stopping)
            .ConfigureAwait(false);
        call.Report.Table("changed", "nameServer", "broker", "topics");
        foreach (var (address, answer) in answers)
            call.Report.Row(address, broker, answer.Long(counted));
    }
}

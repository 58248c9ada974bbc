using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>Who this broker is.</summary>
static class IdentityKeys
{
    public static readonly ConfigKey[] All =
    [
        Name(
            Identity,
            "brokerClusterName",
            AtStart,
            o => o.BrokerClusterName,
            (o, v) => o.BrokerClusterName = v,
            "Cluster that this broker belongs to."
        ),
        Name(
            Identity,
            "brokerName",
            AtStart,
            o => o.BrokerName,
            (o, v) => o.BrokerName = v,
            "Name of the broker group; a master and its slaves share it. Empty: the host's name."
        ),
        Words(
            Identity,
            "brokerRole",
            AtStart,
            [("ASYNC_MASTER", BrokerRole.AsyncMaster), ("SYNC_MASTER", BrokerRole.SyncMaster)],
            o => o.BrokerRole,
            (o, v) => o.BrokerRole = v,
            "A broker is a master; SLAVE is refused, so that a copied configuration cannot make a second one."
        ),
        Long(
            Identity,
            "brokerId",
            AtStart,
            0,
            0,
            o => o.BrokerId,
            (o, v) => o.BrokerId = v,
            "0, the master of the group."
        ),
        Text(
            Identity,
            "brokerIP1",
            AtStart,
            o => o.BrokerIp1,
            (o, v) => o.BrokerIp1 = v,
            "Address that clients are told. Empty: the first address of this host that is not a loopback."
        ),
        Text(
            Identity,
            "brokerIP2",
            AtStart,
            o => o.BrokerIp2,
            (o, v) => o.BrokerIp2 = v,
            "Address that slaves are told. Empty: as brokerIP1."
        ),
        Int(
            Identity,
            "brokerPermission",
            Live,
            0,
            7,
            o => o.BrokerPermission,
            (o, v) => o.BrokerPermission = v,
            "2 write, 4 read, 6 both."
        ),
        Name(
            Identity,
            "regionId",
            AtStart,
            o => o.RegionId,
            (o, v) => o.RegionId = v,
            "Region that is written into messages as MSG_REGION."
        ),
        Bool(
            Identity,
            "traceOn",
            AtStart,
            o => o.TraceOn,
            (o, v) => o.TraceOn = v,
            "Written into messages as TRACE_ON: whether clients should trace."
        ),
    ];
}

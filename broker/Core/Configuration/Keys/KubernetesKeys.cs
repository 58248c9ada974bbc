using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>The keys that exist only inside Kubernetes.</summary>
static class KubernetesKeys
{
    public static readonly ConfigKey[] All =
    [
        Text(
            Kubernetes,
            "electionLease",
            AtStart,
            o => o.ElectionLease,
            (o, v) => o.ElectionLease = v,
            "Lease that elects the master. Empty: a static master, as outside Kubernetes."
        ),
        Text(
            Kubernetes,
            "masterServices",
            AtStart,
            o => o.MasterServices,
            (o, v) => o.MasterServices = v,
            "The two Services that lead to the master, name-a,name-b."
        ),
        Text(
            Kubernetes,
            "podService",
            AtStart,
            o => o.PodService,
            (o, v) => o.PodService = v,
            "The Service of this pod alone. Empty: the pod's name."
        ),
    ];
}

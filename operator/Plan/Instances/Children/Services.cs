using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>The Services of an instance (design.md §6).</summary>
static class Services
{
    static V1ServicePort Remoting(int port) =>
        new()
        {
            Name = "remoting",
            Port = port,
            TargetPort = port,
            Protocol = "TCP",
        };

    static V1ServicePort Http =>
        new()
        {
            Name = "http",
            Port = Ports.Http,
            TargetPort = Ports.Http,
            Protocol = "TCP",
        };

    static V1ServicePort Fast =>
        new()
        {
            Name = "fast",
            Port = Ports.BrokerFast,
            TargetPort = Ports.BrokerFast,
            Protocol = "TCP",
        };

    /// <summary>All name servers, ready or not: their StatefulSet's Service, and the host of discovery.</summary>
    public static V1Service NameServersHeadless(InstanceModel model) =>
        Headless(
            model.Metadata(model.Names.NameServers, Labels.Of(model.Names.Instance, Labels.NameServer)),
            Labels.SelectNameServers(model.Names.Instance),
            [Remoting(Ports.NameServer), Http]
        );

    /// <summary>One name server, so that its address outlives its pod.</summary>
    public static V1Service NameServer(InstanceModel model, int ordinal) =>
        OfPod(
            model.Metadata(model.Names.NameServer(ordinal), Labels.Of(model.Names.Instance, Labels.NameServer)),
            model.Names.NameServer(ordinal),
            [Remoting(Ports.NameServer), Http]
        );

    /// <summary>All brokers of a group, ready or not: replication and administration need those that are not.</summary>
    public static V1Service GroupHeadless(InstanceModel model, BrokerGroup group) =>
        Headless(
            model.Metadata(group.Name, Labels.Of(group)),
            Labels.Select(group),
            [Remoting(Ports.Broker), Fast, Http]
        );

    /// <summary>One broker: what a slave registers with.</summary>
    public static V1Service Broker(InstanceModel model, BrokerGroup group, int ordinal) =>
        OfPod(
            model.Metadata(group.Pod(ordinal), Labels.Of(group)),
            group.Pod(ordinal),
            [Remoting(Ports.Broker), Fast, Http]
        );

    /// <summary>
    /// A Service that leads to the group's master. It has no selector: who wins the election fills its EndpointSlice.
    /// </summary>
    public static V1Service Master(InstanceModel model, BrokerGroup group, string name) =>
        new()
        {
            Metadata = model.Metadata(name, Labels.Of(group)),
            Spec = new V1ServiceSpec { Ports = [Remoting(Ports.Broker), Fast] },
        };

    /// <summary>The slice of a master Service, empty, with the Service's ports.</summary>
    public static V1EndpointSlice MasterSlice(InstanceModel model, BrokerGroup group, string name)
    {
        var labels = Labels.Of(group);
        labels["kubernetes.io/service-name"] = name;
        // Else a controller of Kubernetes would empty it
        labels["endpointslice.kubernetes.io/managed-by"] = Labels.Operator;
        return new V1EndpointSlice
        {
            Metadata = model.Metadata(name, labels),
            AddressType = model.Settings.AddressType,
            Endpoints = [],
            Ports =
            [
                new Discoveryv1EndpointPort
                {
                    Name = "remoting",
                    Port = Ports.Broker,
                    Protocol = "TCP",
                },
                new Discoveryv1EndpointPort
                {
                    Name = "fast",
                    Port = Ports.BrokerFast,
                    Protocol = "TCP",
                },
            ],
        };
    }

    static V1Service Headless(
        V1ObjectMeta metadata,
        IDictionary<string, string> selector,
        IList<V1ServicePort> ports
    ) =>
        new()
        {
            Metadata = metadata,
            Spec = new V1ServiceSpec
            {
                ClusterIP = "None",
                PublishNotReadyAddresses = true,
                Selector = selector,
                Ports = ports,
            },
        };

    static V1Service OfPod(V1ObjectMeta metadata, string pod, IList<V1ServicePort> ports) =>
        new()
        {
            Metadata = metadata,
            Spec = new V1ServiceSpec
            {
                Selector = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["statefulset.kubernetes.io/pod-name"] = pod,
                },
                Ports = ports,
            },
        };
}

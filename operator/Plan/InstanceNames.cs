using System.Globalization;
using Operator.Api.Instances;

namespace Operator.Plan;

/// <summary>The names below an instance (design.md §4 and §6).</summary>
public sealed record InstanceNames(string Instance, string Namespace)
{
    /// <summary>StatefulSet, headless Service and ConfigMap of the name servers.</summary>
    public string NameServers => $"{Instance}-ns";

    /// <summary>ServiceAccount, Role and RoleBinding of the brokers.</summary>
    public string BrokerAccount => $"{Instance}-broker";

    /// <summary>The names of an instance.</summary>
    public static InstanceNames Of(RocketMQInstance instance) =>
        new(instance.Metadata.Name!, instance.Metadata.NamespaceProperty!);

    /// <summary>A name server's pod and Service.</summary>
    public string NameServer(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{NameServers}-{ordinal}");

    /// <summary>The name of a Service as every pod of the cluster resolves it, whatever the cluster's domain.</summary>
    public string Host(string service) => $"{service}.{Namespace}.svc";

    /// <summary>The name servers as clients take them.</summary>
    public string NameServerList(int replicas) =>
        string.Join(';', Enumerable.Range(0, replicas).Select(i => $"{Host(NameServer(i))}:{Ports.NameServer}"));

    /// <summary>
    /// <c>MQ_INST_number_id</c>, the form from which clients of instances with a namespace take it
    /// (requirements/1-rocketmq.md §2). Both parts are from the uid, so a re-created instance is another one.
    /// </summary>
    public static string InstanceId(string uid)
    {
        var digits = string.Concat(uid.Where(char.IsAsciiHexDigit)).ToLowerInvariant().PadRight(32, '0');
        var number = uint.Parse(digits.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"MQ_INST_{number}_{digits.AsSpan(20, 12)}");
    }
}

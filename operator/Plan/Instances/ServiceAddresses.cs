using k8s.Models;
using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>
/// The addresses of brokers' Services. Clients and message ids hold them, so they must outlive the Services: they are
/// kept in
/// the status, and on the volume claims, which outlive the instance (design.md §6).
/// </summary>
static class ServiceAddresses
{
    /// <summary>The Services of a group whose addresses matter.</summary>
    public static IEnumerable<string> Names(BrokerGroup group, int replicas) =>
        [.. Enumerable.Range(0, replicas).Select(group.Pod), .. group.MasterServices];

    /// <summary>The addresses that exist, by name.</summary>
    public static SortedDictionary<string, string> Live(InstanceModel model, InstanceChildren children)
    {
        var wanted = model.Groups.SelectMany(g => Names(g, model.Replicas)).ToHashSet();
        var live = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in children.Services.Where(s => wanted.Contains(s.Metadata.Name!)))
        {
            if (service.Spec?.ClusterIP is { Length: > 0 } address and not "None")
                live[service.Metadata.Name!] = address;
        }
        return live;
    }

    /// <summary>The address that a Service last had, or null.</summary>
    public static string? Remembered(RocketMQInstance instance, InstanceChildren children, string service)
    {
        if (instance.Status?.Addresses?.TryGetValue(service, out var address) == true)
            return address;
        return children
            .Claims.Select(claim =>
                claim.Metadata.Annotations?.TryGetValue(Labels.Addresses, out var text) == true ? text : ""
            )
            .Select(text => Parse(text).FirstOrDefault(pair => pair.Name == service).Address)
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>For the annotation of a claim: <c>name=ip;name=ip</c>.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, string>> addresses) =>
        string.Join(';', addresses.Select(pair => $"{pair.Key}={pair.Value}"));

    static IEnumerable<(string Name, string Address)> Parse(string text) =>
        text.Split(';')
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => (pair[0], pair[1]));
}

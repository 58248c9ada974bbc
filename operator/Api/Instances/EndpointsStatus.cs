using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>Where clients and monitoring connect.</summary>
public sealed record EndpointsStatus
{
    /// <summary>The value for a client's name server property, addresses separated by semicolons.</summary>
    [Description("Name server addresses, as clients take them: host:port;host:port.")]
    [Length(-1, 2048)] // nine of at most 126 characters: names of 40, namespaces of 63
    public string? NameServers { get; set; }

    /// <summary>Answers with <see cref="NameServers"/>; for clients that are configured with a URL.</summary>
    [Description("URL that answers with the name server addresses.")]
    [Length(-1, 256)]
    public string? NameServerDiscovery { get; set; }

    /// <summary>One URL for each Service whose pods are to be scraped.</summary>
    [Description("URLs of metrics in Prometheus' text form.")]
    [Items(-1, 100)]
    [ItemLength(256)]
    public IReadOnlyList<string>? Metrics { get; set; }
}

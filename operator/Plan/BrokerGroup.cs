using System.Globalization;

namespace Operator.Plan;

/// <summary>One broker group of an instance, and the names that follow from its number (design.md §4).</summary>
public readonly record struct BrokerGroup(string Instance, int Number)
{
    /// <summary>
    /// The StatefulSet, headless Service, Lease, ConfigMap, and the brokerName that clients see: <c>orders-g0</c>.
    /// </summary>
    public string Name => $"{Instance}-{Label}";

    /// <summary>The value of the group's label: <c>g0</c>.</summary>
    public string Label => string.Create(CultureInfo.InvariantCulture, $"g{Number}");

    /// <summary>The Services that lead to the master, of even and of odd epochs.</summary>
    public IReadOnlyList<string> MasterServices => [$"{Name}-a", $"{Name}-b"];

    /// <summary>
    /// The Service under which the master of that epoch registers: a for even ones, b for odd ones (design.md §6).
    /// </summary>
    public string MasterService(long epoch) => MasterServices[(int)(epoch & 1)];

    /// <summary>A pod and its Service: <c>orders-g0-0</c>.</summary>
    public string Pod(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{ordinal}");

    /// <summary>The claim of a pod's volume.</summary>
    public string Claim(int ordinal) => $"data-{Pod(ordinal)}";

    /// <summary>The group whose label this is, or null.</summary>
    public static BrokerGroup? FromLabel(string instance, string? label) =>
        label is ['g', .. var digits]
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new BrokerGroup(instance, number)
            : null;
}

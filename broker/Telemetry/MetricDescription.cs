namespace Broker.Telemetry;

/// <summary>A metric as its part declared it.</summary>
/// <param name="Name">As it stands in the text.</param>
/// <param name="Kind"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Description">What it counts or measures, with its unit.</param>
public readonly record struct MetricDescription(string Name, string Kind, string Description);

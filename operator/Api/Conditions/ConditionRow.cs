namespace Operator.Api.Conditions;

/// <summary>One row of <see cref="ConditionTable"/>.</summary>
/// <param name="Kinds">The kinds whose status may show it.</param>
/// <param name="Type">The condition.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Meaning">What it means and what to do, for the reference.</param>
public sealed record ConditionRow(
    ResourceKinds Kinds,
    ConditionType Type,
    string Status,
    Reason Reason,
    string Meaning
);

namespace Operator.Api.Conditions;

/// <summary>A reason that only events have.</summary>
/// <param name="Kinds">The kinds on which it is recorded.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Meaning">What it means, for the reference.</param>
public sealed record EventRow(ResourceKinds Kinds, Reason Reason, string Meaning);

namespace Operator.Plan.Remote;

/// <summary>What one broker group should hold.</summary>
/// <param name="Settings">The settings; null when the group needs not hold it.</param>
/// <param name="Shortfall">What the spec asks for and is not carried out, in words; null when there is nothing.</param>
readonly record struct Wish<TSettings>(TSettings? Settings, string? Shortfall = null)
    where TSettings : struct;

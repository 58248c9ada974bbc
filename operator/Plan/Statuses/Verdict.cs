using Operator.Api.Conditions;

namespace Operator.Plan.Statuses;

/// <summary>The answer to one condition's question.</summary>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">Why, in one word.</param>
/// <param name="Message">What is so, and what to do next.</param>
readonly record struct Verdict(string Status, Reason Reason, string Message)
{
    public bool IsTrue => Status == "True";

    public bool IsFalse => Status == "False";

    public static Verdict True(Reason reason, string message) => new("True", reason, message);

    public static Verdict False(Reason reason, string message) => new("False", reason, message);

    public static Verdict Unknown(Reason reason, string message) => new("Unknown", reason, message);
}

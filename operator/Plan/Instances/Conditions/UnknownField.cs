using System.Text.RegularExpressions;
using Operator.Api.Rules;
using Operator.Plan.Actions;

namespace Operator.Plan.Instances.Conditions;

/// <summary>
/// Only the API server knows all fields of a pod, so a misspelt one in a podTemplate is found when the StatefulSet is
/// applied. It is the spec's mistake all the same.
/// </summary>
static partial class UnknownField
{
    /// <summary>The violation behind a failed write, or null when the spec is not what is wrong.</summary>
    public static Violation? Of(ActionFailure failure, InstanceModel model)
    {
        const string Sets = "StatefulSet ";
        if (
            !failure.Child.StartsWith(Sets, StringComparison.Ordinal)
            || !failure.Message.StartsWith(ActionFailure.NotOfItsKind, StringComparison.Ordinal)
            || Field().Match(failure.Message) is not { Success: true } found
        )
            return null;
        var part = failure.Child[Sets.Length..] == model.Names.NameServers ? "nameServers" : "brokers";
        return new Violation(
            $"spec.{part}.podTemplate",
            $"remove or correct {found.Groups["path"].Value}: {found.Groups["why"].Value}"
        );
    }

    [GeneratedRegex(
        @"\): (errors:\s*)?\.spec\.template\.(?<path>[^\s:]+): (?<why>[^\n]+)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Field();
}

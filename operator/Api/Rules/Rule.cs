namespace Operator.Api.Rules;

/// <summary>
/// One validation rule in its two renderings: a CEL expression for the API server and a check for the operator, because
/// servers before 1.25 ignore CEL and an object may be older than a rule. The tests give both the same objects.
/// </summary>
/// <typeparam name="T">The custom resource.</typeparam>
/// <param name="Path">Where the expression's <c>self</c> is: empty for the object, else for example
/// <c>spec.brokers</c>.</param>
/// <param name="Cel">The expression, with functions of Kubernetes 1.25 only; null when CEL of that age cannot say
/// it.</param>
/// <param name="Message">What to do, shown to who breaks the rule.</param>
/// <param name="Check">Null when the rule holds, else what is wrong: the message, or more. The second argument is the
/// object before the change, or null.</param>
public sealed record Rule<T>(string Path, string? Cel, string Message, Func<T, T?, string?> Check)
    where T : class
{
    internal static Rule<T> Of(string path, string? cel, string message, Func<T, bool> holds) =>
        new(path, cel, message, (now, _) => holds(now) ? null : message);

    internal static Rule<T> OfChange(string path, string cel, string message, Func<T, T, bool> holds) =>
        new(path, cel, message, (now, before) => before is null || holds(now, before) ? null : message);
}

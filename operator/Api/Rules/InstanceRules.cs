using System.Text.RegularExpressions;
using Operator.Api.Instances;

namespace Operator.Api.Rules;

/// <summary>The rules of a <see cref="RocketMQInstance"/> that its schema cannot say.</summary>
public static partial class InstanceRules
{
    /// <summary>
    /// Pods are called <c>name-g63-0</c> and must be DNS labels of 63; the rest is room for what later versions
    /// append.
    /// </summary>
    public const int NameMaximum = 40;

    const string NamePattern = "^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$";
    const string OwnedKeys = "these keys are set by the operator";
    const string KeyPattern = "^[a-zA-Z][a-zA-Z0-9._-]{0,127}$";

    static readonly string OwnedKeyList = string.Join(", ", OwnedConfigKeys.All.Keys);
    static readonly string OwnedKeyCel = string.Join(", ", OwnedConfigKeys.All.Keys.Select(k => $"'{k}'"));

    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<Rule<RocketMQInstance>> All =
    [
        Rule<RocketMQInstance>.Of(
            "",
            $"self.metadata.name.matches('{NamePattern}')",
            "metadata.name must start with a letter, hold only lower-case letters, digits and hyphens, and have "
                + "at most 40 characters: Services are named after it",
            x => Name().IsMatch(x.Metadata.Name ?? "")
        ),
        Rule<RocketMQInstance>.Of(
            "spec.brokers",
            "!has(self.replicas) || self.replicas == 1", // a default of {} is judged before defaults are filled in
            "replicas must be 1, because this version does not replicate; raise groups to carry more messages",
            x => x.Spec.Brokers.Replicas == 1
        ),
        new(
            "spec.brokers.config",
            $"self.all(key, !(key in [{OwnedKeyCel}]))",
            $"{OwnedKeys} and must be removed: {OwnedKeyList}",
            (x, _) => FindOwnedKeys(x)
        ),
        Rule<RocketMQInstance>.Of(
            "spec.brokers.config",
            $"self.all(key, key.matches('{KeyPattern}'))",
            "keys must start with a letter and hold only letters, digits, dots, hyphens and underscores",
            x => x.Spec.Brokers.Config is not { } config || config.Keys.All(k => Key().IsMatch(k))
        ),
        Rule<RocketMQInstance>.Of(
            "spec.brokers.storage",
            null, // quantities can be compared by CEL from Kubernetes 1.29 on
            "size must be at least 1Gi: that is one segment of the commit log",
            x => x.Spec.Brokers.Storage.Size.ToDecimal() >= 1L << 30
        ),
    ];

    /// <summary>Tells more than the API server can: just the keys that are there, each with its substitute.</summary>
    static string? FindOwnedKeys(RocketMQInstance instance)
    {
        var found = OwnedConfigKeys.All.Where(owned => instance.Spec.Brokers.Config?.ContainsKey(owned.Key) ?? false);
        var advice = string.Join("; ", found.Select(owned => $"remove {owned.Key}, {owned.Value}"));
        return advice.Length == 0 ? null : $"{OwnedKeys}: {advice}";
    }

    [GeneratedRegex(NamePattern)]
    private static partial Regex Name();

    [GeneratedRegex(KeyPattern)]
    private static partial Regex Key();
}

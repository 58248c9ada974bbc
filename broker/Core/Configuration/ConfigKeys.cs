using System.Collections.Frozen;
using Broker.Core.Configuration.Keys;

namespace Broker.Core.Configuration;

/// <summary>Every key that has an effect in this broker. Names and defaults are those of Apache 5.3.3.</summary>
public static class ConfigKeys
{
    /// <summary>In the order of <c>--help</c>.</summary>
    public static readonly IReadOnlyList<ConfigKey> All =
    [
        .. IdentityKeys.All,
        .. NetworkKeys.All,
        .. TlsKeys.All,
        .. TopicKeys.All,
        .. SendKeys.All,
        .. TransactionKeys.All,
        .. TimerKeys.All,
        .. PullKeys.All,
        .. PopKeys.All,
        .. StoreKeys.All,
        .. KubernetesKeys.All,
    ];

    /// <summary>By name, case-sensitive as in Apache.</summary>
    public static readonly FrozenDictionary<string, ConfigKey> ByName = All.ToFrozenDictionary(k => k.Name);
}

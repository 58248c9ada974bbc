using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>nameserver.conf.</summary>
static class NameServerConfigMap
{
    public const string File = "nameserver.conf";

    public static V1ConfigMap Build(InstanceModel model, InstanceChildren children) =>
        new()
        {
            Metadata = model.Metadata(model.Names.NameServers, Labels.Of(model.Names.Instance, Labels.NameServer)),
            Data = ConfigFiles.Of(
                File,
                PropertiesText.Render(Pairs(model)),
                RestartHash(model),
                children.ConfigHashes(model.Names.NameServers),
                children.ConfigMaps.FirstOrDefault(m => m.Metadata.Name == model.Names.NameServers)?.Data
            ),
        };

    /// <summary>What a restart is needed for: the list of addresses is read again when the file changes.</summary>
    public static string RestartHash(InstanceModel model) =>
        Diff.Fingerprint.OfText(
            PropertiesText.Render(Pairs(model).Where(p => p.Key != BrokerConfigMap.NameServersKey))
        );

    static SortedDictionary<string, string> Pairs(InstanceModel model) =>
        new(StringComparer.Ordinal)
        {
            ["listenPort"] = $"{Ports.NameServer}",
            ["orderMessageEnable"] = "true", // or clients of ordered topics spread over what is up instead of over all
            ["kvConfigPath"] = "/data/namesrv/kvConfig.json",
            [BrokerConfigMap.NameServersKey] = model.Names.NameServerList(model.NameServers), // what discovery answers
        };
}

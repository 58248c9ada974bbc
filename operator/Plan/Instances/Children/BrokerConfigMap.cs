using System.Globalization;
using k8s.Models;
using Operator.Api.Instances;

namespace Operator.Plan.Instances.Children;

/// <summary>broker.conf of a group: the same for its pods, which tell themselves apart by their names.</summary>
static class BrokerConfigMap
{
    public const string File = "broker.conf";

    /// <summary>Brokers read it again when the file changes, so name servers can be scaled without a restart.</summary>
    public const string NameServersKey = "namesrvAddr";

    public static V1ConfigMap Build(InstanceModel model, BrokerGroup group, InstanceChildren children) =>
        new()
        {
            Metadata = model.Metadata(group.Name, Labels.Of(group)),
            Data = ConfigFiles.Of(
                File,
                PropertiesText.Render(Pairs(model, group)),
                RestartHash(model, group),
                children.ConfigHashes(group.Name),
                children.ConfigMaps.FirstOrDefault(m => m.Metadata.Name == group.Name)?.Data
            ),
        };

    /// <summary>What a restart is needed for.</summary>
    public static string RestartHash(InstanceModel model, BrokerGroup group) =>
        Diff.Fingerprint.OfText(PropertiesText.Render(Pairs(model, group).Where(p => p.Key != NameServersKey)));

    static SortedDictionary<string, string> Pairs(InstanceModel model, BrokerGroup group)
    {
        var brokers = model.Spec.Brokers;
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in brokers.Config ?? new Dictionary<string, string>())
            pairs[key] = value;
        pairs["brokerClusterName"] = group.Instance;
        pairs["brokerName"] = group.Name;
        pairs[NameServersKey] = model.Names.NameServerList(model.NameServers);
        pairs["listenPort"] = Text(Ports.Broker);
        pairs["storePathRootDir"] = "/data/store";
        pairs["flushDiskType"] = brokers.Flush == FlushMode.Sync ? "SYNC_FLUSH" : "ASYNC_FLUSH";
        pairs["fileReservedTime"] = Text(RetentionTime.Hours(brokers.Retention.Time)!.Value);
        pairs["deleteWhen"] = brokers.Retention.DeleteAt[..2];
        pairs["diskMaxUsedSpaceRatio"] = Text(brokers.Retention.DiskRatioLimit);
        pairs["maxMessageSize"] = Text(model.Spec.Limits.MessageBytes);
        pairs["electionLease"] = group.Name;
        pairs["masterServices"] = string.Join(',', group.MasterServices);
        return pairs;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

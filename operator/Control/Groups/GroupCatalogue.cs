using Broker.Protocol.Bodies;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Control.Admin;
using Operator.Control.Catalogues;
using Operator.Plan.Remote;

namespace Operator.Control.Groups;

/// <summary>Consumer groups on masters: codes 201, 200 and 207. Name servers do not know groups.</summary>
sealed class GroupCatalogue(BrokerAdmin brokers)
    : IRemoteCatalogue<Group, GroupStatus, SubscriptionGroupConfig, GroupSettings>
{
    /// <inheritdoc/>
    public string Word => "group";

    /// <inheritdoc/>
    public string RealName(Group entity) => GroupPlanner.RealName(entity);

    /// <inheritdoc/>
    public bool Claims(Group entity, RocketMQInstance instance) => GroupPlanner.Claims(entity, instance);

    /// <inheritdoc/>
    public RemotePlan<GroupStatus, GroupSettings> Plan(RemoteObservation<Group, GroupSettings> seen) =>
        GroupPlanner.Plan(seen);

    /// <inheritdoc/>
    public GroupSettings SettingsOf(SubscriptionGroupConfig config) =>
        new(config.ConsumeEnable, config.ConsumeBroadcastEnable, config.RetryMaxTimes, config.ConsumeMessageOrderly);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SubscriptionGroupConfig>> ReadAsync(
        string address,
        CancellationToken cancellationToken
    )
    {
        var table = await brokers.ReadGroupsAsync(address, cancellationToken);
        return table.Groups.ToDictionary(g => g.GroupName);
    }

    /// <inheritdoc/>
    public async Task<SubscriptionGroupConfig> PutAsync(
        string address,
        string name,
        GroupSettings settings,
        SubscriptionGroupConfig? held,
        CancellationToken cancellationToken
    )
    {
        var group = (held ?? new SubscriptionGroupConfig { GroupName = name }) with
        {
            ConsumeEnable = settings.ConsumeEnabled,
            ConsumeBroadcastEnable = settings.BroadcastEnabled,
            RetryMaxTimes = settings.MaxRetries,
            ConsumeMessageOrderly = settings.IsOrderly,
        };
        await brokers.PutGroupAsync(address, group, cancellationToken);
        return group;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string address, string name, CancellationToken cancellationToken) =>
        brokers.DeleteGroupAsync(address, name, cancellationToken);

    /// <inheritdoc/>
    public Task TellAsync(
        IReadOnlyList<string> nameServers,
        IReadOnlyDictionary<string, string> orders,
        CancellationToken cancellationToken
    ) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task ForgetAsync(string nameServer, string name, CancellationToken cancellationToken) => Task.CompletedTask;
}

using k8s;
using k8s.Models;
using Operator.Api.Instances;
using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>
/// What topics and consumer groups have apart: how a master's table of them is read and changed, and who plans.
/// </summary>
/// <typeparam name="TEntity">The resource.</typeparam>
/// <typeparam name="TStatus">Its status.</typeparam>
/// <typeparam name="TConfig">What a broker holds, whole.</typeparam>
/// <typeparam name="TSettings">The part of it that the resource decides.</typeparam>
interface IRemoteCatalogue<TEntity, TStatus, TConfig, TSettings>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
    where TStatus : class
    where TConfig : class
    where TSettings : struct
{
    /// <summary>The word for logs and metrics.</summary>
    string Word { get; }

    /// <summary>The name on the brokers.</summary>
    string RealName(TEntity entity);

    /// <summary>Whether the resource takes its name from others.</summary>
    bool Claims(TEntity entity, RocketMQInstance instance);

    /// <summary>Decides what to do about one resource.</summary>
    RemotePlan<TStatus, TSettings> Plan(RemoteObservation<TEntity, TSettings> seen);

    /// <summary>The part of a broker's configuration that resources decide.</summary>
    TSettings SettingsOf(TConfig config);

    /// <summary>All that a master holds, by name.</summary>
    Task<IReadOnlyDictionary<string, TConfig>> ReadAsync(string address, CancellationToken cancellationToken);

    /// <summary>
    /// Creates or changes one, and returns what the master holds now. What resources do not decide stays.
    /// </summary>
    Task<TConfig> PutAsync(
        string address,
        string name,
        TSettings settings,
        TConfig? held,
        CancellationToken cancellationToken
    );

    /// <summary>Deletes one; that it is gone already is success.</summary>
    Task DeleteAsync(string address, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the name servers hold what clients have to know beyond the routes; called at the end of every pass.
    /// </summary>
    /// <param name="nameServers">Those that are ready, by address.</param>
    /// <param name="orders">The queues of ordered topics, by topic.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task TellAsync(
        IReadOnlyList<string> nameServers,
        IReadOnlyDictionary<string, string> orders,
        CancellationToken cancellationToken
    );

    /// <summary>Makes the name servers forget one that no master holds any more.</summary>
    Task ForgetAsync(string nameServer, string name, CancellationToken cancellationToken);
}

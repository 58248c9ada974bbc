namespace Operator.Api.Conditions;

/// <summary>Why a condition is what it is. The table of what each means is <see cref="ConditionTable"/>.</summary>
public enum Reason
{
    /// <summary>The operator has not looked yet.</summary>
    Pending,

    /// <summary>All is well.</summary>
    AsExpected,

    /// <summary>Clients can send and receive.</summary>
    Serving,

    /// <summary>The spec breaks a rule.</summary>
    InvalidSpec,

    /// <summary>The API server refused an object that the spec asks for.</summary>
    RefusedByApiServer,

    /// <summary>Somebody else has an object of a name that the instance needs.</summary>
    NameTaken,

    /// <summary>An object could not be written, for a cause that may pass.</summary>
    ApplyFailed,

    /// <summary>The operator could not see what it needs to judge.</summary>
    NotObserved,

    /// <summary>Pods are starting.</summary>
    PodsStarting,

    /// <summary>Brokers serve but are not known to every name server yet.</summary>
    Registering,

    /// <summary>No name server is ready.</summary>
    NoNameServer,

    /// <summary>No broker group has a master that is ready and registered.</summary>
    NoMaster,

    /// <summary>Some pods are not ready in their time.</summary>
    PodsNotReady,

    /// <summary>A pod's image cannot be pulled.</summary>
    ImagePullFailed,

    /// <summary>A container ends again and again.</summary>
    CrashLooping,

    /// <summary>A container cannot be made.</summary>
    ContainerNotCreated,

    /// <summary>The scheduler finds no node.</summary>
    Unschedulable,

    /// <summary>Pods run an older template than the spec asks for.</summary>
    RollPending,

    /// <summary>The wanted volume differs from the one that exists.</summary>
    StorageDiffers,

    /// <summary>Broker groups beyond the wanted number exist and are kept.</summary>
    GroupsKept,

    /// <summary>Brokers do not know keys of spec.brokers.config.</summary>
    SettingsIgnored,

    /// <summary>spec.paused is true.</summary>
    PausedBySpec,

    /// <summary>A Service could not get its former address back. An event only.</summary>
    AddressChanged,

    /// <summary>The instance is being deleted.</summary>
    Deleting,

    /// <summary>The instance that instanceRef names does not exist.</summary>
    InstanceNotFound,

    /// <summary>The instance does not admit resources of this namespace.</summary>
    NamespaceNotAllowed,

    /// <summary>The instance exists and has no master that answers.</summary>
    InstanceNotReady,

    /// <summary>An older resource claims the same topic or group.</summary>
    Conflict,

    /// <summary>The name is one that brokers use themselves.</summary>
    ReservedName,

    /// <summary>The instance's limit of topics is reached.</summary>
    LimitReached,

    /// <summary>Fewer queues are asked for than exist.</summary>
    FewerQueues,

    /// <summary>Brokers hold something else, and the resource only observes.</summary>
    Differs,

    /// <summary>A broker refused or did not answer.</summary>
    BrokerRefused,

    /// <summary>Deletion waits for brokers that do not answer.</summary>
    DeletionBlocked,

    /// <summary>Every name server tells clients of the topic with all its queues.</summary>
    ToldToClients,

    /// <summary>A name server does not tell clients of the topic, or of fewer queues.</summary>
    NotToldToClients,

    /// <summary>Members of the group are online, and few messages wait.</summary>
    KeepingUp,

    /// <summary>Members of the group are online, and many messages wait.</summary>
    Behind,

    /// <summary>No member of the group is online.</summary>
    NoMembers,

    /// <summary>All members of the group subscribe to the same topics by the same expressions.</summary>
    SameSubscriptions,

    /// <summary>Members of the group subscribe to different topics, or by different expressions.</summary>
    SubscriptionsDiffer,

    /// <summary>The position of the group was set, as spec asks for. An event only.</summary>
    OffsetReset,

    /// <summary>A broker did not set the position of the group. An event only.</summary>
    OffsetResetFailed,

    /// <summary>
    /// The position was not set: the time lies outside of what the topic keeps, or the group is broadcast to.
    /// </summary>
    OffsetResetRefused,

    /// <summary>Somebody changed a topic or group at a broker, and it was changed back. An event only.</summary>
    DriftRepaired,

    /// <summary>A resource was let go without deleting what it stands for. An event only.</summary>
    Released,
}

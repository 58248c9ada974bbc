using static Operator.Api.Conditions.ConditionType;
using static Operator.Api.Conditions.Reason;
using static Operator.Api.Conditions.ResourceKinds;

namespace Operator.Api.Conditions;

/// <summary>
/// Every condition that a status can show, and what it means. Planners can set nothing else, the reference is
/// generated from
/// it, and a test reaches each row.
/// </summary>
public static class ConditionTable
{
    const string Yes = "True";
    const string No = "False";
    const string Open = "Unknown";

    const ResourceKinds All = Instance | Remote;

    /// <summary>The rows, in the order of the reference.</summary>
    public static readonly IReadOnlyList<ConditionRow> Rows =
    [
        new(
            Instance,
            Ready,
            Yes,
            AsExpected,
            "Everything that spec asks for was applied and serves, and every name server knows every broker. Pods may "
                + "wait to be replaced: PodsOutdated says so."
        ),
        new(
            Instance,
            Ready,
            No,
            InvalidSpec,
            "The spec breaks a rule; objects follow the last valid spec. The message names the field and what to write."
        ),
        new(
            Instance,
            Ready,
            No,
            RefusedByApiServer,
            "The API server refused an object that the spec asks for. Correct what its sentence names."
        ),
        new(
            Instance,
            Ready,
            No,
            NameTaken,
            "An object with a name that the instance needs exists and is not the instance's; it is left alone. Delete "
                + "or rename it."
        ),
        new(Instance, Ready, No, ApplyFailed, "An object could not be written; the operator tries again."),
        new(
            Instance,
            Ready,
            No,
            StorageDiffers,
            "Volumes have another size or class than spec; they are not changed in this version."
        ),
        new(
            Instance,
            Ready,
            No,
            GroupsKept,
            "There are more broker groups than spec asks for; they are kept because they may hold messages."
        ),
        new(Instance, Ready, No, PausedBySpec, "Changes wait because spec.paused is true."),
        new(Instance, Ready, No, PodsStarting, "Pods are starting."),
        new(Instance, Ready, No, Registering, "Brokers have not registered with every name server yet."),
        new(Instance, Ready, No, PodsNotReady, "Pods did not become ready in their time. Look at their logs."),
        new(
            Instance,
            Ready,
            No,
            ImagePullFailed,
            "A node cannot pull the image. Correct spec.image, or add imagePullSecrets to podTemplate."
        ),
        new(Instance, Ready, No, CrashLooping, "A container ends again and again. Look at its previous log."),
        new(Instance, Ready, No, ContainerNotCreated, "A node cannot make a container. The message has its words."),
        new(Instance, Ready, No, Unschedulable, "No node can take a pod. The message has the scheduler's words."),
        new(
            Instance,
            Ready,
            No,
            NoMaster,
            "A group has no master though its pod is ready; the election needs the API server."
        ),
        new(Instance, Ready, No, Deleting, "The instance is being deleted."),
        new(Instance, Ready, Open, NotObserved, "The operator could not see what it needs to judge; it tries again."),
        new(
            Instance,
            Available,
            Yes,
            Serving,
            "Clients can send and receive: at least one name server leads to at least one master."
        ),
        new(Instance, Available, No, NoNameServer, "No name server is ready."),
        new(Instance, Available, No, NoMaster, "No broker group has a master that is ready."),
        new(Instance, Available, No, Registering, "Masters are ready, and no name server knows one yet."),
        new(Instance, Available, No, Deleting, "The instance is being deleted."),
        new(
            Instance,
            Available,
            Open,
            NotObserved,
            "The operator could not see what it needs to judge; it tries again."
        ),
        new(Instance, Progressing, Yes, PodsStarting, "Pods are starting."),
        new(Instance, Progressing, Yes, Registering, "Brokers register with the name servers."),
        new(Instance, Progressing, Yes, ApplyFailed, "An object could not be written; the operator tries again."),
        new(Instance, Progressing, No, AsExpected, "Nothing is on its way."),
        new(Instance, Degraded, Yes, PodsNotReady, "Pods did not become ready in their time. Look at their logs."),
        new(Instance, Degraded, Yes, ImagePullFailed, "A node cannot pull the image."),
        new(Instance, Degraded, Yes, CrashLooping, "A container ends again and again."),
        new(Instance, Degraded, Yes, ContainerNotCreated, "A node cannot make a container."),
        new(Instance, Degraded, Yes, Unschedulable, "No node can take a pod."),
        new(Instance, Degraded, Yes, NoMaster, "A group has had no master for a minute though its pod is ready."),
        new(
            Instance,
            Degraded,
            Yes,
            RefusedByApiServer,
            "An object is missing, and the API server refuses to create it."
        ),
        new(Instance, Degraded, Yes, PausedBySpec, "An object is missing, and spec.paused keeps it from being made."),
        new(Instance, Degraded, No, AsExpected, "Nothing is broken."),
        new(
            Instance,
            Degraded,
            Open,
            InvalidSpec,
            "The spec breaks a rule, and no earlier valid one is known, so nobody can tell what should exist."
        ),
        new(Instance, Degraded, Open, NotObserved, "The operator could not see the pods."),
        new(Instance, ConfigurationApplied, Yes, AsExpected, "All objects and all pods are as spec says."),
        new(Instance, ConfigurationApplied, No, InvalidSpec, "The spec breaks a rule."),
        new(Instance, ConfigurationApplied, No, RefusedByApiServer, "The API server refused an object."),
        new(
            Instance,
            ConfigurationApplied,
            No,
            NameTaken,
            "Somebody else's object has a name that the instance needs."
        ),
        new(
            Instance,
            ConfigurationApplied,
            No,
            ApplyFailed,
            "An object could not be written; the operator tries again."
        ),
        new(
            Instance,
            ConfigurationApplied,
            No,
            RollPending,
            "Pods run an older template; this version does not replace them by itself."
        ),
        new(
            Instance,
            PodsOutdated,
            Yes,
            RollPending,
            "Pods run an older template and serve. Delete the pods in the message, one at a time, when it suits you."
        ),
        new(Instance, ConfigurationApplied, No, StorageDiffers, "Volumes have another size or class than spec."),
        new(Instance, ConfigurationApplied, No, GroupsKept, "Broker groups beyond spec.brokers.groups exist."),
        new(Instance, ConfigurationApplied, No, PausedBySpec, "Changes wait because spec.paused is true."),
        new(Instance, ConfigurationApplied, No, Deleting, "The instance or its namespace is being deleted."),
        new(
            Instance,
            ConfigurationApplied,
            Open,
            NotObserved,
            "The operator could not see what exists; nothing was changed."
        ),
        new(
            All,
            Paused,
            Yes,
            PausedBySpec,
            "The operator observes and changes nothing until spec.paused of the instance is false."
        ),
        new(
            Instance,
            Warning,
            Yes,
            SettingsIgnored,
            "Brokers do not know keys of spec.brokers.config, or have no use for them; the message names them."
        ),
        new(Instance, Reconciling, Yes, PodsStarting, "Pods are starting."),
        new(Instance, Reconciling, Yes, Registering, "Brokers register with the name servers."),
        new(Instance, Reconciling, Yes, ApplyFailed, "An object could not be written; the operator tries again."),
        new(Instance, Reconciling, Yes, NotObserved, "The operator tries again to see what it needs."),
        new(Instance, Stalled, Yes, InvalidSpec, "The spec breaks a rule."),
        new(Instance, Stalled, Yes, RefusedByApiServer, "The API server refused an object."),
        new(Instance, Stalled, Yes, NameTaken, "Somebody else's object has a name that the instance needs."),
        new(Instance, Stalled, Yes, StorageDiffers, "Volumes have another size or class than spec."),
        new(Instance, Stalled, Yes, GroupsKept, "Broker groups beyond spec.brokers.groups exist."),
        .. Waiting(Ready),
        .. Waiting(Synced),
        new(Remote, Ready, Yes, AsExpected, "Every broker group holds what spec says."),
        new(Remote, Ready, Open, Pending, "The operator has not looked yet."),
        new(Instance, Ready, Open, Pending, "The operator has not looked yet."),
        new(Topic, Ready, No, LimitReached, "The instance's limits.topics is reached. Raise it, or delete a topic."),
        new(
            Topic,
            Ready,
            No,
            FewerQueues,
            "The topic has more queues than spec; queues are not removed, because their messages would not be consumed."
        ),
        new(Remote, Synced, Yes, AsExpected, "Every broker group holds what spec says."),
        new(Topic, Synced, No, LimitReached, "The instance's limits.topics is reached."),
        new(Topic, Synced, No, FewerQueues, "The topic has more queues than spec."),
        new(Topic, Routed, Yes, ToldToClients, "Every name server tells clients of the topic, with all its queues."),
        new(
            Topic,
            Routed,
            No,
            NotToldToClients,
            "A name server has not told clients of all the topic's queues for 30 s; the message names it. Look at the "
                + "log of the brokers, which says why a registration failed."
        ),
        new(Group, Consuming, Yes, KeepingUp, "Members are online, and fewer than 1,000 messages wait."),
        new(Group, Consuming, Yes, Behind, "Members are online, and 1,000 messages or more wait for them."),
        new(Group, Consuming, No, NoMembers, "No member is online. The message says how many messages wait."),
        new(
            Group,
            Consistent,
            Yes,
            SameSubscriptions,
            "All members that are online subscribe to the same topics by the same expressions."
        ),
        new(
            Group,
            Consistent,
            No,
            SubscriptionsDiffer,
            "Members subscribe to different topics, or by different expressions, so messages are missed; the message "
                + "names them. Let all members run the same code."
        ),
        new(Group, Consistent, Open, NoMembers, "No member is online."),
        new(Group, Consistent, Open, NotObserved, "A broker is of a version that does not compare subscriptions."),
        new(
            Group,
            Warning,
            Yes,
            OffsetResetRefused,
            "The time of spec.offsetReset lies before the first or after the last message that the topic keeps; the "
                + "message names both times. Or the group is broadcast to and has no position, or the id was used "
                + "before. Nothing was set. Give it another id with another wish, or remove it."
        ),
        new(Remote, Reconciling, Yes, InstanceNotReady, "The operator waits for the instance's masters."),
        new(Remote, Reconciling, Yes, BrokerRefused, "The operator tries again."),
        new(Remote, Reconciling, Yes, NotObserved, "The operator tries again to see what it needs."),
        new(Remote, Reconciling, Yes, InstanceNotFound, "The operator waits for the instance."),
        new(Remote, Reconciling, Yes, Deleting, "The topic or group is being deleted from the brokers."),
        new(Remote, Stalled, Yes, InvalidSpec, "The spec breaks a rule."),
        new(Remote, Stalled, Yes, NamespaceNotAllowed, "The instance does not admit resources of this namespace."),
        new(Remote, Stalled, Yes, Conflict, "An older resource claims the same name."),
        new(Remote, Stalled, Yes, ReservedName, "Brokers use this name themselves."),
        new(Remote, Stalled, Yes, Differs, "Brokers hold something else, and the resource only observes."),
        new(
            Remote,
            Stalled,
            Yes,
            DeletionBlocked,
            "Brokers did not answer for ten minutes. Set spec.deletionPolicy to Retain to let the resource go."
        ),
        new(Topic, Stalled, Yes, LimitReached, "The instance's limits.topics is reached."),
        new(Topic, Stalled, Yes, FewerQueues, "The topic has more queues than spec."),
    ];

    /// <summary>Reasons that only events have, and what they mean. Events have reasons of conditions too.</summary>
    public static readonly IReadOnlyList<EventRow> Events =
    [
        new(
            Instance,
            AddressChanged,
            "A Service got another address when it was re-created. Ids of older messages do not lead to it."
        ),
        new(ResourceKinds.Group, OffsetReset, "The position was set as spec.offsetReset says; its id is done."),
        new(
            ResourceKinds.Group,
            OffsetResetFailed,
            "A broker did not set the position. The operator tries again; the message has the broker's words."
        ),
        new(Remote, DriftRepaired, "Somebody changed the topic or group at a broker; it is again as spec says."),
        new(Remote, Released, "The resource was deleted, and what it stands for was left alone; the message says why."),
    ];

    static IEnumerable<ConditionRow> Waiting(ConditionType type) =>
        [
            new(
                Remote,
                type,
                No,
                InvalidSpec,
                "The spec breaks a rule. The message names the field and what to write."
            ),
            new(
                Remote,
                type,
                No,
                InstanceNotFound,
                "There is no such instance. Create it, or correct spec.instanceRef."
            ),
            new(
                Remote,
                type,
                No,
                NamespaceNotAllowed,
                "Add this namespace to spec.access.allowedNamespaces of the instance."
            ),
            new(
                Remote,
                type,
                No,
                InstanceNotReady,
                "A broker group has no master that answers; the operator goes on when it has."
            ),
            new(
                Remote,
                type,
                No,
                Conflict,
                "An older resource claims the same name on the same instance. Delete one of the two."
            ),
            new(Remote, type, No, ReservedName, "Brokers use this name themselves. Choose another."),
            new(Remote, type, No, Differs, "Brokers hold something else, and management is ObserveOnly."),
            new(
                Remote,
                type,
                No,
                BrokerRefused,
                "A broker refused the change or did not answer; the operator tries again."
            ),
            new(Remote, type, No, PausedBySpec, "Changes wait because spec.paused of the instance is true."),
            new(Remote, type, No, Deleting, "The topic or group is being deleted from the brokers."),
            new(
                Remote,
                type,
                No,
                DeletionBlocked,
                "Brokers did not answer for ten minutes. Set spec.deletionPolicy to Retain to let the resource go."
            ),
            new(Remote, type, Open, NotObserved, "The operator could not see what it needs to judge; it tries again."),
        ];
}

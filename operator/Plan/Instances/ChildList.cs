using k8s;
using k8s.Models;
using Operator.Plan.Actions;
using Operator.Plan.Diff;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>
/// The children that an instance should have, and the writes that lead there. The order is that of dependence: what a
/// pod
/// mounts, speaks to or is allowed to do exists before its StatefulSet.
/// </summary>
sealed class ChildList
{
    readonly InstanceModel model;
    readonly InstanceChildren children;
    readonly List<PlannedAction> actions = [];
    readonly HashSet<(string Kind, string Name)> desired = [];

    /// <summary>What a StatefulSet that comes next depends on.</summary>
    List<string> needs = [];
    List<string> access = [];

    ChildList(InstanceModel model, InstanceChildren children)
    {
        this.model = model;
        this.children = children;
    }

    /// <summary>The StatefulSets.</summary>
    public List<PlannedSet> StatefulSets { get; } = [];

    /// <summary>What does not exist, as <see cref="PlannedAction.Child"/>.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>The writes, in order.</summary>
    public IReadOnlyList<PlannedAction> Actions => actions;

    /// <summary>Deletes pods that never worked and run an older template; their sets make them again.</summary>
    public void Replace(IEnumerable<V1Pod> stuck) => actions.AddRange(stuck.Select(pod => new DeleteChild(pod)));

    public static ChildList Of(InstanceModel model, InstanceChildren children)
    {
        var list = new ChildList(model, children);
        list.Access();
        list.NameServers();
        foreach (var group in model.Groups)
            list.Group(group);
        list.Volumes();
        list.Roles();
        list.Prune();
        return list;
    }

    void Access()
    {
        // A binding would hand the rights to an account that somebody else uses.
        needs = [];
        Apply(BrokerAccess.Account(model), children.ServiceAccounts);
        Apply(BrokerAccess.Role(model), children.Roles);
        Apply(BrokerAccess.Binding(model), children.RoleBindings, [.. needs]);
        access = needs;
    }

    void NameServers()
    {
        needs = [];
        Apply(NameServerConfigMap.Build(model, children), children.ConfigMaps);
        Apply(Services.NameServersHeadless(model), children.Services);
        for (var i = 0; i < model.NameServers; i++)
            Apply(Services.NameServer(model, i), children.Services);
        ApplySet(model.Names.NameServers, NameServerStatefulSet.Build);
        Apply(DisruptionBudgets.NameServers(model), children.DisruptionBudgets);
    }

    void Group(BrokerGroup group)
    {
        needs = [.. access];
        Apply(BrokerConfigMap.Build(model, group, children), children.ConfigMaps);
        Apply(Services.GroupHeadless(model, group), children.Services);
        for (var i = 0; i < model.Replicas; i++)
            ApplyKeepingAddress(Services.Broker(model, group, i));
        foreach (var name in group.MasterServices)
        {
            ApplyKeepingAddress(Services.Master(model, group, name));
            Create(Services.MasterSlice(model, group, name), children.EndpointSlices);
        }
        var hasVolume = children.Claims.Any(c => Belongs(c, group));
        Create(ElectionLease.Build(model, group, isNew: !hasVolume), children.Leases);
        ApplySet(group.Name, m => BrokerStatefulSet.Build(m, group));
        Apply(DisruptionBudgets.Group(model, group), children.DisruptionBudgets);
    }

    /// <summary>Keeps the addresses on the claims, and nothing on them that the garbage collector reads.</summary>
    void Volumes()
    {
        actions.AddRange(Instances.Volumes.Release(model.Names.Instance, children));
        var live = ServiceAddresses.Live(model, children);
        var claims = Instances.Volumes.Of(model.Names.Instance, children).ToList();
        foreach (var group in model.Groups)
        {
            var names = ServiceAddresses.Names(group, model.Replicas).ToHashSet();
            var addresses = live.Where(pair => names.Contains(pair.Key)).ToList();
            if (addresses.Count < names.Count)
                continue; // a part would look like the whole
            foreach (var claim in claims.Where(c => Belongs(c, group) && c.Metadata.DeletionTimestamp is null))
                Apply(VolumeClaim.Build(claim, ServiceAddresses.Format(addresses)), children.Claims);
        }
    }

    /// <summary>Labels the pods by the holder of their group's Lease.</summary>
    void Roles()
    {
        foreach (var group in model.Groups)
        {
            if (GroupElection.Read(Find(children.Leases, group.Name)).Master is not { } master)
                continue;
            foreach (var pod in children.Pods.Where(p => IsOf(p, group) && p.Metadata.DeletionTimestamp is null))
            {
                var role = pod.Metadata.Name == master ? "master" : "slave";
                if (pod.Metadata.Labels?.TryGetValue(Labels.Role, out var has) != true || has != role)
                    actions.Add(new ApplyChild(PodRole.Build(pod, role)));
            }
        }
    }

    /// <summary>
    /// Deletes what this instance controls and no longer wants: the Services of name servers that are gone, a group
    /// that was given up.
    /// </summary>
    void Prune()
    {
        foreach (var child in children.Made)
        {
            var controlled =
                child.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == model.Instance.Metadata.Uid)
                == true;
            if (
                controlled
                && child.Metadata.DeletionTimestamp is null
                && !desired.Contains((child.GetType().Name, child.Metadata.Name!))
            )
                actions.Add(new DeleteChild(child));
        }
    }

    void ApplySet(string name, Func<InstanceModel, V1StatefulSet> build)
    {
        var planned = PlannedSet.Of(build, model, Find(children.StatefulSets, name));
        var (set, live) = (planned.Set, planned.Live);
        var claims = ClaimsOf(set);
        if (planned.Differences.Count > 0 && StorageCorrection.Plan(live!, claims) is { Count: > 0 } correction)
        {
            Want(set);
            actions.AddRange(correction);
            return;
        }
        if (live is null && claims.Any(c => c.Metadata.DeletionTimestamp is not null))
        {
            Want(set); // its pods would wait for a volume that goes
            return;
        }
        StatefulSets.Add(planned);
        var wanted = Apply(set, children.StatefulSets, needs);
        // A template that the API server refuses must not keep a set that was deleted from coming back.
        if (wanted && live is null && LastValidSpec.Read(model.Instance) is { } last)
            actions[^1] = (ApplyChild)actions[^1] with
            {
                Alternative = ChildDiff.Stamped(build(model with { Instance = last })),
            };
    }

    List<V1PersistentVolumeClaim> ClaimsOf(V1StatefulSet set) =>
        BrokerGroup.FromLabel(model.Names.Instance, LabelOf(set, Labels.Group)) is { } group
            ? [.. Instances.Volumes.Of(model.Names.Instance, children).Where(c => Belongs(c, group))]
            : [];

    void ApplyKeepingAddress(V1Service service)
    {
        var missing = Find(children.Services, service.Metadata.Name!) is null;
        var address = missing ? ServiceAddresses.Remembered(model.Instance, children, service.Metadata.Name!) : null;
        var wanted = Apply(service, children.Services);
        if (!wanted || address is null)
            return;
        // Asked for after the hash was taken, so that the next pass, which does not ask, sees no difference.
        var asking = service with
        {
            Spec = service.Spec! with { ClusterIP = address },
        };
        actions[^1] = new ApplyChild(asking, Alternative: service);
    }

    bool Apply<T>(T child, IReadOnlyList<T> all, IReadOnlyList<string>? needed = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Want(child);
        var stamped = ChildDiff.Stamped(child);
        var live = Find(all, child.Metadata.Name!);
        var (differs, foreign) = ChildDiff.Compare(stamped, live);
        if (live is not null && (differs || foreign.Count > 0) && IsLocked(stamped, live))
        {
            actions.Add(new DeleteChild(live)); // the next pass makes it again
            return false;
        }
        if (foreign.Count > 0) // before the apply, which may be refused as long as they are there
            actions.Add(new TrimChild(live!, foreign));
        if (!differs)
            return false;
        if (live is null)
            Missing.Add(PlannedAction.Describe(child));
        actions.Add(new ApplyChild(stamped, live?.Metadata.Uid) { Needs = needed ?? [] });
        return true;
    }

    void Create<T>(T child, IReadOnlyList<T> all)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Want(child);
        var live = Find(all, child.Metadata.Name!);
        if (live is null)
            Missing.Add(PlannedAction.Describe(child));
        if (live is null || !Ownership.IsMarked(live, child))
            actions.Add(new CreateChild(child, Exists: live is not null));
    }

    void Want<T>(T child)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        desired.Add((typeof(T).Name, child.Metadata.Name!));
        needs.Add(PlannedAction.Describe(child));
    }

    /// <summary>
    /// Whether the API server lets nobody set the object right: a ConfigMap that was made immutable, a binding to
    /// another role. Or setting it right is not enough: addresses that Kubernetes found by a selector stay behind.
    /// </summary>
    static bool IsLocked(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta> live) =>
        (desired, live) switch
        {
            (V1ConfigMap, V1ConfigMap { Immutable: true }) => true,
            (V1RoleBinding wanted, V1RoleBinding binding) => wanted.RoleRef != binding.RoleRef,
            (V1Service { Spec.Selector: null }, V1Service { Spec.Selector.Count: > 0 }) => true,
            _ => false,
        };

    static T? Find<T>(IReadOnlyList<T> objects, string name)
        where T : class, IKubernetesObject<V1ObjectMeta> => objects.FirstOrDefault(o => o.Metadata.Name == name);

    static bool IsOf(V1Pod pod, BrokerGroup group) =>
        Belongs(pod, group)
        && pod.Metadata.OwnerReferences?.Any(o => o.Kind == V1StatefulSet.KubeKind && o.Name == group.Name) == true;

    static bool Belongs(IKubernetesObject<V1ObjectMeta> child, BrokerGroup group) =>
        LabelOf(child, Labels.Group) == group.Label;

    static string? LabelOf(IKubernetesObject<V1ObjectMeta> child, string name) =>
        child.Metadata.Labels?.TryGetValue(name, out var value) == true ? value : null;
}

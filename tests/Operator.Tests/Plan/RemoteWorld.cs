using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Plan;
using Operator.Plan.Remote;

namespace Operator.Tests.Plan;

/// <summary>Masters that hold topics, and a Topic that is planned against them; carries out what is planned.</summary>
sealed class RemoteWorld
{
    public RemoteWorld(TopicSpec? spec = null)
    {
        Topic = new Topic
        {
            Metadata = new V1ObjectMeta
            {
                Name = "payments",
                NamespaceProperty = "shop",
                Uid = "uid-2",
                Generation = 1,
            },
            Spec = spec ?? new TopicSpec { InstanceRef = new InstanceReference { Name = "orders" } },
        };
        Instance = new RocketMQInstance
        {
            Metadata = new V1ObjectMeta
            {
                Name = "orders",
                NamespaceProperty = "shop",
                Uid = "i",
            },
        };
        Claims = [Claim("uid-2", 10)];
    }

    public Topic Topic { get; }

    public RocketMQInstance? Instance { get; set; }

    public string? InstanceUnseen { get; set; }

    public List<Claim> Claims { get; }

    public Dictionary<string, Dictionary<string, TopicSettings>> Masters { get; } =
        new() { ["orders-g0"] = [], ["orders-g1"] = [] };

    public HashSet<string> Silent { get; } = [];

    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public List<PlannedEvent> Events { get; } = [];

    public int Writes { get; private set; }

    /// <summary>The finalizer was removed from an object that is being deleted.</summary>
    public bool Gone { get; private set; }

    public V1Condition Ready => Topic.Status.Conditions!.Single(c => c.Type == "Ready");

    public static Claim Claim(string uid, int createdAt, string realName = "payments") =>
        new(uid, "shop", $"of-{uid}", realName, new DateTimeOffset(2026, 1, 1, 0, 0, createdAt, TimeSpan.Zero));

    public void Change(Func<TopicSpec, TopicSpec> change)
    {
        Topic.Spec = change(Topic.Spec);
        Topic.Metadata.Generation++;
    }

    public void Delete() => Topic.Metadata.DeletionTimestamp = Now.UtcDateTime;

    public RemotePlan<TopicStatus, TopicSettings> Plan() =>
        TopicPlanner.Plan(
            new RemoteObservation<Topic, TopicSettings>
            {
                Entity = Topic,
                Instance = InstanceUnseen is { } cause
                    ? Observed.Unknown<InstanceLookup>(cause)
                    : Observed.Known(new InstanceLookup(Instance)),
                Claims = ClaimTable.Of(Claims),
                Masters =
                [
                    .. Masters
                        .OrderBy(m => m.Key)
                        .Select(m => new MasterView<TopicSettings>(m.Key, View(m.Key, m.Value))),
                ],
                Now = Now,
            }
        );

    public IReadOnlyList<RemoteChange<TopicSettings>> Pass(params RemoteFailure[] failures)
    {
        var plan = Plan();
        if (plan.Finalizer == FinalizerStep.Add)
            Topic.Metadata.Finalizers = [Finalizers.Name];
        foreach (var change in plan.Changes.Where(c => failures.All(f => f.BrokerGroup != c.BrokerGroup)))
        {
            if (change.Settings is { } settings)
                Masters[change.BrokerGroup][change.Name] = settings;
            else
                Masters[change.BrokerGroup].Remove(change.Name);
        }
        if (plan.Finalizer == FinalizerStep.Remove && failures.Length == 0)
        {
            Topic.Metadata.Finalizers = null;
            Gone = Topic.Metadata.DeletionTimestamp is not null;
        }
        var outcome = plan.Outcome(failures);
        Events.AddRange(outcome.Events);
        if (outcome.Status is { } status)
        {
            Writes++;
            Topic.Status = KubernetesJson.Deserialize<TopicStatus>(KubernetesJson.Serialize(status));
        }
        return plan.Changes;
    }

    Observed<IReadOnlyDictionary<string, TopicSettings>> View(
        string group,
        IReadOnlyDictionary<string, TopicSettings> topics
    ) =>
        Silent.Contains(group)
            ? Observed.Unknown<IReadOnlyDictionary<string, TopicSettings>>("no answer")
            : Observed.Known(topics);
}

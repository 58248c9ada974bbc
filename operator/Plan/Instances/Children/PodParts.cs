using System.Globalization;
using k8s.Models;
using Operator.Api.Instances;

namespace Operator.Plan.Instances.Children;

/// <summary>What the pods of name servers and brokers have in common. They satisfy Pod Security "restricted".</summary>
static class PodParts
{
    /// <summary>A process ends by itself within 45 s of SIGTERM; the rest is for a node that is slow.</summary>
    public const int TerminationSeconds = 60;

    /// <summary>Where a container finds its configuration.</summary>
    public const string ConfigFolder = "/etc/rocketmq/";

    /// <summary>Where the platform assigns no user: that of the image.</summary>
    const long User = 65532;

    public static V1PodSecurityContext Security(PlannerSettings settings) =>
        new()
        {
            RunAsNonRoot = true,
            RunAsUser = settings.PlatformAssignsUser ? null : User,
            RunAsGroup = settings.PlatformAssignsUser ? null : User,
            FsGroup = settings.PlatformAssignsUser ? null : User,
            // A full volume has many files
            FsGroupChangePolicy = settings.PlatformAssignsUser ? null : "OnRootMismatch",
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        };

    public static V1Container Container(
        string role,
        string image,
        string configFile,
        int remoting,
        V1ResourceRequirements resources,
        TimeSpan startup
    ) =>
        new()
        {
            Name = role,
            Image = image,
            Command = ["/app/rocketmq"],
            Args = [role, "--config", ConfigFolder + configFile],
            Ports =
            [
                new V1ContainerPort
                {
                    Name = "remoting",
                    ContainerPort = remoting,
                    Protocol = "TCP",
                },
                new V1ContainerPort
                {
                    Name = "http",
                    ContainerPort = Ports.Http,
                    Protocol = "TCP",
                },
            ],
            Env = [.. Environment(resources)],
            Resources = resources,
            StartupProbe = Probe("/livez", period: 1, failures: (int)startup.TotalSeconds, delay: 1),
            ReadinessProbe = Probe("/readyz", period: 2, failures: 3),
            LivenessProbe = Probe("/livez", period: 10, failures: 6), // a minute of a stuck process, not a long pause
            SecurityContext = new V1SecurityContext
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                Capabilities = new V1Capabilities { Drop = ["ALL"] },
            },
            VolumeMounts =
            [
                new V1VolumeMount
                {
                    Name = "config",
                    MountPath = "/etc/rocketmq",
                    ReadOnlyProperty = true,
                },
                new V1VolumeMount { Name = "data", MountPath = "/data" },
                new V1VolumeMount { Name = "tmp", MountPath = "/tmp" },
            ],
        };

    public static V1Volume ConfigVolume(string configMap) =>
        new()
        {
            Name = "config",
            ConfigMap = new V1ConfigMapVolumeSource { Name = configMap },
        };

    public static V1Volume ScratchVolume(string name) =>
        new()
        {
            Name = name,
            EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new("64Mi") },
        };

    /// <summary>Not on one node, and not in one zone, as long as there is a choice.</summary>
    public static IList<V1TopologySpreadConstraint> Spread(IDictionary<string, string> selector) =>
        [Spread("kubernetes.io/hostname", selector), Spread("topology.kubernetes.io/zone", selector)];

    static V1TopologySpreadConstraint Spread(string topology, IDictionary<string, string> selector) =>
        new()
        {
            MaxSkew = 1,
            TopologyKey = topology,
            WhenUnsatisfiable = "ScheduleAnyway",
            LabelSelector = new V1LabelSelector { MatchLabels = selector },
        };

    /// <param name="path">Of the HTTP endpoint.</param>
    /// <param name="period">Seconds between two probes.</param>
    /// <param name="failures">Probes in a row that make a verdict.</param>
    /// <param name="delay">Seconds before the first: one that always fails would be an event of every start.</param>
    static V1Probe Probe(string path, int period, int failures, int? delay = null) =>
        new()
        {
            HttpGet = new V1HTTPGetAction { Path = path, Port = "http" },
            InitialDelaySeconds = delay,
            PeriodSeconds = period,
            TimeoutSeconds = 5,
            FailureThreshold = failures,
        };

    static IEnumerable<V1EnvVar> Environment(V1ResourceRequirements resources)
    {
        if (resources.Limits?.TryGetValue("memory", out var limit) == true)
            yield return new V1EnvVar { Name = "DOTNET_GCHeapHardLimit", Value = HeapLimit(limit) };
        yield return FromField("POD_IP", "status.podIP");
        yield return FromField("POD_NAME", "metadata.name");
        yield return FromField("POD_NAMESPACE", "metadata.namespace");
        yield return FromField("POD_NODE", "spec.nodeName");
    }

    /// <summary>
    /// Half of the container's limit, in hexadecimal as the runtime reads it. The other half is for what is not heap:
    /// the
    /// runtime itself, stacks and buffers, and the page cache in which the newest messages wait for their readers.
    /// </summary>
    static string HeapLimit(ResourceQuantity limit) =>
        ((long)(limit.ToDecimal() / 2)).ToString("X", CultureInfo.InvariantCulture);

    static V1EnvVar FromField(string name, string field) =>
        new()
        {
            Name = name,
            ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = field } },
        };

    /// <summary>CPU and memory of a container; equal amounts are spelt alike, unless spelling is kept.</summary>
    public static V1ResourceRequirements Resources(ResourcesSpec resources, bool keepsSpelling) =>
        new()
        {
            Requests = Sorted(resources.Requests, keepsSpelling),
            Limits = Sorted(resources.Limits, keepsSpelling),
        };

    static SortedDictionary<string, ResourceQuantity>? Sorted(
        IReadOnlyDictionary<string, ResourceQuantity>? map,
        bool keepsSpelling
    ) =>
        map is null
            ? null
            : new SortedDictionary<string, ResourceQuantity>(
                map.ToDictionary(pair => pair.Key, pair => keepsSpelling ? pair.Value : Spelling.Of(pair.Value)),
                StringComparer.Ordinal
            );
}

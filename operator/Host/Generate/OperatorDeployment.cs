using k8s.Models;

namespace Operator.Host.Generate;

/// <summary>The operator's own pod. It satisfies Pod Security "restricted".</summary>
static class OperatorDeployment
{
    public static V1Deployment Build(
        ManifestOptions options,
        V1ObjectMeta metadata,
        IDictionary<string, string> selector
    ) =>
        new()
        {
            Metadata = metadata,
            Spec = new V1DeploymentSpec
            {
                Replicas = 1,
                Selector = new V1LabelSelector { MatchLabels = selector },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = selector },
                    Spec = new V1PodSpec
                    {
                        ServiceAccountName = metadata.Name,
                        TerminationGracePeriodSeconds = 30,
                        SecurityContext = new V1PodSecurityContext
                        {
                            RunAsNonRoot = true,
                            RunAsUser = 65532,
                            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
                        },
                        Containers = [Container(options)],
                        Volumes =
                        [
                            new V1Volume
                            {
                                Name = "tmp",
                                EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new("64Mi") },
                            },
                        ],
                    },
                },
            },
        };

    static V1Container Container(ManifestOptions options) =>
        new()
        {
            Name = "operator",
            Image = options.OperatorImage,
            ImagePullPolicy = "IfNotPresent",
            Command = ["/app/rocketmq-operator"],
            Args = [.. Arguments(options)],
            Env =
            [
                // Half of the limit, in hexadecimal
                new V1EnvVar { Name = "DOTNET_GCHeapHardLimit", Value = "8000000" },
                FromField("POD_NAME", "metadata.name"),
                FromField("POD_NAMESPACE", "metadata.namespace"),
            ],
            Ports =
            [
                new V1ContainerPort
                {
                    Name = "http",
                    ContainerPort = 8080,
                    Protocol = "TCP",
                },
            ],
            Resources = new V1ResourceRequirements
            {
                Requests = new SortedDictionary<string, ResourceQuantity>
                {
                    ["cpu"] = new("50m"),
                    ["memory"] = new("96Mi"),
                },
                Limits = new SortedDictionary<string, ResourceQuantity> { ["memory"] = new("256Mi") },
            },
            StartupProbe = Probe("/livez", period: 1, failures: 60),
            ReadinessProbe = Probe("/readyz", period: 5, failures: 3),
            LivenessProbe = Probe("/livez", period: 10, failures: 6),
            SecurityContext = new V1SecurityContext
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                Capabilities = new V1Capabilities { Drop = ["ALL"] },
            },
            VolumeMounts = [new V1VolumeMount { Name = "tmp", MountPath = "/tmp" }],
        };

    static IEnumerable<string> Arguments(ManifestOptions options)
    {
        yield return "run";
        yield return $"--operand-image={options.Image}";
        if (options.WatchNamespaces.Count > 0)
            yield return $"--watch-namespaces={string.Join(',', options.WatchNamespaces)}";
    }

    static V1EnvVar FromField(string name, string field) =>
        new()
        {
            Name = name,
            ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = field } },
        };

    static V1Probe Probe(string path, int period, int failures) =>
        new()
        {
            HttpGet = new V1HTTPGetAction { Path = path, Port = "http" },
            PeriodSeconds = period,
            TimeoutSeconds = 5,
            FailureThreshold = failures,
        };
}

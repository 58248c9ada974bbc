using System.CommandLine;

namespace Operator.Host.Generate;

/// <summary><c>generate manifests</c>: an install as one stream of YAML, on standard output.</summary>
static class ManifestsCommand
{
    static readonly ManifestOptions Defaults = new();

    static readonly Option<string> Namespace = new("--namespace")
    {
        Description = "The operator's namespace.",
        DefaultValueFactory = _ => Defaults.Namespace,
    };

    static readonly Option<string> OperatorImage = new("--operator-image")
    {
        Description = "The operator's image.",
        DefaultValueFactory = _ => Defaults.OperatorImage,
    };

    static readonly Option<string> Image = new("--image")
    {
        Description = "The image of name servers and brokers.",
        DefaultValueFactory = _ => Defaults.Image,
    };

    static readonly Option<string[]> WatchNamespaces = new("--watch-namespace", "--watch-namespaces")
    {
        Description = "A namespace to work in; may be repeated. Without it the operator works in all.",
        DefaultValueFactory = _ => [],
    };

    static readonly Option<bool> Crds = new("--crds")
    {
        Description = "Whether to include the definitions of the custom resources.",
        DefaultValueFactory = _ => Defaults.Crds,
    };

    static readonly Option<Version> Kubernetes = new("--kubernetes")
    {
        Description = "The version of Kubernetes that it is for, such as 1.20: older servers know less.",
        DefaultValueFactory = _ => Defaults.Kubernetes,
        CustomParser = argument =>
        {
            if (Version.TryParse(argument.Tokens[0].Value, out var version))
                return version;
            argument.AddError($"{argument.Tokens[0].Value} is not a version such as 1.20.");
            return null;
        },
    };

    public static Command Create()
    {
        var command = new Command(
            "manifests",
            "Everything that an install needs, for kubectl apply, on standard output."
        )
        {
            Namespace,
            OperatorImage,
            Image,
            WatchNamespaces,
            Crds,
            Kubernetes,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var text = YamlText.OfAll(
                    Manifests.Build(
                        new ManifestOptions
                        {
                            Namespace = parsed.GetValue(Namespace)!,
                            OperatorImage = parsed.GetValue(OperatorImage)!,
                            Image = parsed.GetValue(Image)!,
                            WatchNamespaces =
                            [
                                .. (parsed.GetValue(WatchNamespaces) ?? []).SelectMany(n =>
                                    n.Split(',', StringSplitOptions.RemoveEmptyEntries)
                                ),
                            ],
                            Crds = parsed.GetValue(Crds),
                            Kubernetes = parsed.GetValue(Kubernetes)!,
                        }
                    )
                );
                await parsed.InvocationConfiguration.Output.WriteAsync(text.AsMemory(), stop);
            }
        );
        return command;
    }
}

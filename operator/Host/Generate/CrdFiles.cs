using Operator.Api.Schemas;

namespace Operator.Host.Generate;

/// <summary>
/// The definitions of the custom resources, one file each: with CEL rules, and in a folder of their own without, for
/// clients that validate against servers before 1.25.
/// </summary>
public static class CrdFiles
{
    /// <summary>The folder of the definitions without rules.</summary>
    public const string WithoutRules = "without-rules";

    /// <summary>Files below <c>crds/</c>.</summary>
    public static IEnumerable<GeneratedFile> Build() =>
        CustomResource.All.SelectMany(kind =>
            new[]
            {
                new GeneratedFile(FileName(kind), YamlText.Of(kind.Definition())),
                new GeneratedFile($"{WithoutRules}/{FileName(kind)}", YamlText.Of(kind.Definition(withRules: false))),
            }
        );

    internal static string FileName(CustomResource kind) => $"{kind.Entity.Group}_{kind.Entity.PluralName}.yaml";
}

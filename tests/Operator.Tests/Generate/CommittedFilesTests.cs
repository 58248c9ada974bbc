using Operator.Host.Generate;
using Xunit;

namespace Operator.Tests.Generate;

/// <summary>
/// Generated files are committed, and must be what the code makes of them. UPDATE_GENERATED=1 writes them instead
/// (<c>make generate</c>).
/// </summary>
public sealed class CommittedFilesTests
{
    [Fact]
    public void The_definitions_in_crds_are_those_of_the_types() => Compare("crds", CrdFiles.Build());

    [Fact]
    public void The_files_of_the_chart_are_those_of_the_code() =>
        Compare("charts/rocketmq-operator/files", ChartFiles.Build());

    [Fact]
    public async Task The_reference_is_that_of_the_types_and_instruments() =>
        Compare("docs/reference", await ReferenceFiles.BuildAsync());

    [Fact]
    public void A_definition_is_small_enough_for_client_side_apply() =>
        // kubectl apply keeps a copy in an annotation, which may have 256 KiB with everything else; 64 KiB is our
        // bound.
        Assert.All(
            CrdFiles.Build(),
            file => Assert.True(file.Text.Length <= 64 * 1024, $"{file.Path} has {file.Text.Length} bytes")
        );

    static void Compare(string folder, IEnumerable<GeneratedFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(Repository.Root, folder, file.Path);
            if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Text);
            }
            Assert.True(File.Exists(path), $"{folder}/{file.Path} is missing: run make generate");
            Assert.True(File.ReadAllText(path) == file.Text, $"{folder}/{file.Path} is stale: run make generate");
        }
    }
}

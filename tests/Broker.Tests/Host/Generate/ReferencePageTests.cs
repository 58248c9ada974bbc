using Broker.Host.Generate;
using Xunit;

namespace Broker.Tests.Host.Generate;

/// <summary>Generated pages are committed, and must be what the code makes of them.</summary>
public sealed class ReferencePageTests
{
    public static TheoryData<string> Pages => [.. ReferencePage.All.Select(page => page.File)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_committed_page_is_that_of_the_code(string file)
    {
        var page = ReferencePage.All.Single(page => page.File == file);
        var path = Path.Combine(Checkout.Root, "docs", "reference", file);
        Assert.True(File.Exists(path), $"docs/reference/{file} is missing: run make generate");
        Assert.True(
            await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) == await page.WriteAsync(),
            $"docs/reference/{file} is stale: run make generate"
        );
    }
}

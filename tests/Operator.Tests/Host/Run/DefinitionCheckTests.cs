using k8s;
using Operator.Api.Schemas;
using Operator.Host.Run;
using Scenarios.ApiServer;
using Xunit;

namespace Operator.Tests.Host.Run;

public sealed class DefinitionCheckTests
{
    [Fact]
    public async Task Definitions_of_another_version_are_named()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        using var client = new Kubernetes(server.Configuration);
        foreach (var kind in CustomResource.All)
        {
            var definition = kind.Definition();
            if (kind.Name == "topics.rocketmq.io")
                definition.Metadata.Labels![CustomResource.SchemaLabel] = "0123456789abcdef";
            server.Objects.Create(definition);
        }

        Assert.Equal(["topics.rocketmq.io"], await DefinitionCheck.OutdatedAsync(client, CancellationToken.None));
    }

    [Fact]
    public async Task Definitions_that_may_not_be_read_are_not_judged()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        using var client = new Kubernetes(server.Configuration);
        server.Faults.Everything(Fault.Forbidden);

        Assert.Empty(await DefinitionCheck.OutdatedAsync(client, CancellationToken.None));
    }
}

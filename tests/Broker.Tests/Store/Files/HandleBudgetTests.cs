using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Store.Files;

public sealed class HandleBudgetTests
{
    [Theory]
    [InlineData(1_048_576, 4_096, 20_000)] // as in most containers: everything that is asked for
    [InlineData(20_000, 4_096, 15_392)]
    [InlineData(4_096, 896, 2_688)]
    [InlineData(1_024, 128, 384)]
    [InlineData(256, 64, 64)]
    [InlineData(long.MaxValue, 4_096, 20_000)]
    public void Connections_leave_the_store_its_handles(long handles, int storeFiles, int connections) =>
        Assert.Equal(
            new HandleBudget(storeFiles, connections),
            HandleBudget.Of(handles, storeFilesMax: 4_096, connectionsMax: 20_000)
        );

    [Fact]
    public void Few_connections_that_are_configured_stay_few() =>
        Assert.Equal(new HandleBudget(0, 10), HandleBudget.Of(1_024, storeFilesMax: 0, connectionsMax: 10));

    [Fact]
    public void The_system_says_how_many_handles_there_are() => Assert.True(HandleBudget.Limit > 0);
}

using k8s.Models;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class CreationTests
{
    [Fact]
    public async Task Eight_lines_of_YAML_become_a_cluster_with_its_topic_and_group()
    {
        await using var stage = await Stage.OpenAsync();
        await using var operatorUnderTest = OperatorUnderTest.Start(stage.Server);
        stage.CreateQuickstart();

        await stage.UntilReadyAsync();

        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        Assert.Equal(8, broker.Topic("payments")?.WriteQueueNums);
        Assert.Equal(16, broker.Group("readers")?.RetryMaxTimes);
        var status = stage.Instance().Status!;
        Assert.Equal("2/2", status.NameServers);
        Assert.Equal("orders-g0-0", Assert.Single(status.Groups!).Master);
        Assert.Equal(
            "master",
            stage.Objects.Find<V1Pod>(Stage.Namespace, "orders-g0-0")!.Metadata.Labels!["rocketmq.io/role"]
        );
    }
}

namespace Cluster;

/// <summary>What `kubectl explain` tells a user.</summary>
public sealed class ExplainTests(ClusterUnderTest cluster)
{
    [Theory]
    [InlineData("rocketmqinstances.rocketmq.io")]
    [InlineData("topics.rocketmq.io")]
    [InlineData("groups.rocketmq.io")]
    public async Task Every_field_is_described(string kind)
    {
        cluster.SkipWithoutCluster();
        foreach (var part in (string[])["spec", "status"])
        {
            var text = await Kubectl.RunAsync("explain", $"{kind}.{part}");
            Assert.DoesNotContain("<no description>", text, StringComparison.Ordinal);
            Assert.Contains("FIELDS:", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Short_names_and_the_category_work()
    {
        var space = cluster.Namespace("topics");
        foreach (var name in (string[])["rmqi", "rmqt", "rmqg", "rocketmq"])
            await Kubectl.RunAsync("-n", space, "get", name);
    }
}

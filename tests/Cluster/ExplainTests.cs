namespace Cluster;

/// <summary>What `kubectl explain` tells a user.</summary>
public sealed class ExplainTests(ClusterUnderTest cluster)
{
    [Theory]
    [InlineData("rocketmqinstances")]
    [InlineData("topics")]
    [InlineData("groups")]
    public async Task Every_field_is_described(string kind)
    {
        cluster.SkipWithoutCluster();
        foreach (var part in (string[])["spec", "status"])
        {
            // kubectl 1.20 takes what follows the first dot for a field, so the API's group cannot stand in the name.
            var text = await Kubectl.RunAsync("explain", "--api-version=rocketmq.io/v1alpha1", $"{kind}.{part}");
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

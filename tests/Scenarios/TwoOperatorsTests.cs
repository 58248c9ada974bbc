using Operator.Control;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class TwoOperatorsTests
{
    [Fact]
    public async Task Two_installs_with_disjoint_namespaces_keep_to_their_own()
    {
        await using var stage = await Stage.OpenAsync();
        foreach (var name in new[] { "left", "right" })
        {
            stage.Create("rocketmqinstances", "orders", "{}", name);
            stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""", name);
        }
        await using (OperatorUnderTest.Start(stage.Server, Watching("left")))
        {
            await stage.UntilAsync(() => IsReady(stage, "left"));
            Assert.Null(stage.Instance("orders", "right").Status?.ObservedGeneration);
            Assert.Empty(stage.Objects.List("statefulsets.apps", "right"));

            await using var other = OperatorUnderTest.Start(stage.Server, Watching("right"));
            await stage.UntilAsync(() => IsReady(stage, "right"));
        }
        Assert.DoesNotContain(stage.Server.Calls.All, c => c.Verb is "list" or "watch" && c.Namespace.Length == 0);
    }

    [Fact]
    public async Task A_topic_whose_instance_lies_in_a_namespace_that_is_not_watched_says_so()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}", "right");
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders","namespace":"right"}}""", "left");
        await using var running = OperatorUnderTest.Start(stage.Server, Watching("left"));

        await stage.UntilAsync(() =>
            Message()?.Contains("does not work in namespace right", StringComparison.Ordinal) == true
        );

        string? Message() => Stage.Condition(stage.Topic("payments", "left").Status?.Conditions, "Ready")?.Message;
    }

    static OperatorSettings Watching(string name) => OperatorUnderTest.Settings with { WatchNamespaces = [name] };

    static bool IsReady(Stage stage, string name)
    {
        var topic = stage.Topic("payments", name);
        var instance = stage.Instance("orders", name);
        return Stage.IsReady(topic, topic.Status?.Conditions) && Stage.IsReady(instance, instance.Status?.Conditions);
    }
}

using Operator.Control;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

/// <summary>Namespaces that are named to the operator, with a Role in each, come and go with their Roles.</summary>
public sealed class NamespaceTests
{
    const string Closed = "closed";
    const string Services = "services";
    const string Child = "orders-ns-0";

    static readonly OperatorSettings Both = OperatorUnderTest.Settings with
    {
        WatchNamespaces = [Stage.Namespace, Closed],
    };

    [Fact]
    public async Task A_namespace_that_may_not_be_seen_does_not_hold_up_the_others()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Server.Faults.Add(new FaultRule(Fault.Forbidden) { When = c => c.Namespace == Closed });
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server, Both);

        await stage.UntilReadyAsync();
    }

    [Fact]
    public async Task A_namespace_that_is_lost_from_sight_does_not_make_the_others_unknown()
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.CreateQuickstart();
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        await using var running = OperatorUnderTest.Start(stage.Server, Both, time);
        await stage.UntilAsync(() => running.Passes > 0 && stage.Server.Watches.Count(Services) > 1);

        stage.Server.Faults.Add(new FaultRule(Fault.Forbidden) { When = c => c.Namespace == Closed });
        stage.Server.Watches.Cut();
        var later = time.GetUtcNow() + TimeSpan.FromMinutes(20);
        await time.AdvanceUntilAsync(() => time.GetUtcNow() > later, TimeSpan.FromSeconds(5));

        stage.Objects.Delete(Services, Stage.Namespace, Child);
        await time.AdvanceUntilAsync(
            () => stage.Objects.Find(Services, Stage.Namespace, Child) is not null,
            TimeSpan.FromSeconds(1)
        );
    }

    [Fact]
    public async Task A_topic_goes_with_its_namespace_though_the_Role_there_went_first()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""");
        await using var running = OperatorUnderTest.Start(stage.Server, Both);
        await stage.UntilReadyAsync();
        // What the ClusterRole leaves: to see the custom resources, and to take a finalizer off.
        stage.Server.Faults.Add(new FaultRule(Fault.Forbidden) { When = c => !IsLeft(c) });
        stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Refuses = Broker.Protocol.RequestCode.DeleteTopicInBroker;

        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "payments");
        stage.Objects.Delete("rocketmqinstances.rocketmq.io", Stage.Namespace, "orders");

        await stage.UntilAsync(() => stage.Topic() is null);
    }

    static bool IsLeft(ApiCall call) =>
        call.Resource.EndsWith(".rocketmq.io", StringComparison.Ordinal)
        && call.Subresource.Length == 0
        && call.Verb is "get" or "list" or "watch" or "patch";
}

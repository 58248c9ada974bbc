using System.Diagnostics;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

/// <summary>Name servers know how many queues an ordered topic has on which broker.</summary>
public sealed class OrderTests
{
    const string Space = "ORDER_TOPIC_CONFIG";

    [Theory]
    [InlineData("PartitionedOrder", "orders-g0:8;orders-g1:8")]
    [InlineData("GlobalOrder", "orders-g0:1")]
    [InlineData("Normal", null)]
    public async Task Clients_of_an_ordered_topic_learn_its_queues_from_every_name_server(string type, string? queues)
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", """{"brokers":{"groups":2}}""");
        stage.Create("topics", "payments", Spec(type));
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();

        foreach (var pod in (string[])["orders-ns-0", "orders-ns-1"])
            await UntilHeldAsync(stage, pod, queues);
    }

    [Fact]
    public async Task A_name_server_that_has_lost_them_is_told_again_and_a_deleted_topic_is_forgotten()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", Spec("PartitionedOrder"));
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(100) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilReadyAsync();
        await UntilHeldAsync(stage, "orders-ns-0", "orders-g0:8");

        await AskAsync(stage, "orders-ns-0", RequestCode.DeleteKvConfig);
        await UntilHeldAsync(stage, "orders-ns-0", "orders-g0:8");

        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "payments");
        await stage.UntilAsync(() => stage.Topic() is null);
        await UntilHeldAsync(stage, "orders-ns-0", null);
    }

    static string Spec(string type) =>
        $$"""{"instanceRef":{"name":"orders"},"messageType":"{{type}}","deletionPolicy":"Delete"}""";

    static async Task UntilHeldAsync(Stage stage, string pod, string? queues)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(stage, pod, RequestCode.GetKvConfig);
            var held = answer.Code == ResponseCode.Success ? answer.Fields["value"] : null;
            if (held == queues)
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"{pod} holds {held}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    static async Task<RemotingResponse> AskAsync(Stage stage, string pod, RequestCode code)
    {
        var address = stage.Cluster.Running[$"{Stage.Namespace}/{pod}"].NameServerAddress;
        await using var client = await RemotingClient.ConnectAsync(address);
        return await client.InvokeAsync(code, new FieldList { { "namespace", Space }, { "key", "payments" } }, default);
    }
}

using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class ErrorTests
{
    const int MostPerMinute = 10;

    public static TheoryData<string, Fault> Persistent =>
        new()
        {
            { "409", Fault.Conflict },
            { "410", Fault.Expired },
            { "403", Fault.Forbidden },
            { "422", Fault.Answer(422, "Invalid", "spec is invalid") },
            { "429", Fault.TooManyRequests(1) },
            { "500", Fault.InternalError },
            { "cut", Fault.Cut },
            { "cut afterwards", Fault.CutAfterwards },
        };

    [Theory]
    [MemberData(nameof(Persistent))]
    public async Task A_child_that_keeps_failing_costs_at_most_ten_requests_a_minute(string what, Fault fault)
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.Server.Faults.Add(new FaultRule(fault) { Resource = "configmaps", Name = "orders-g0" });
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => Attempts(stage) > 0);

        var begin = time.GetUtcNow();
        await time.AdvanceUntilAsync(
            () => time.GetUtcNow() >= begin + TimeSpan.FromMinutes(2),
            TimeSpan.FromMilliseconds(500)
        );

        for (var minute = 0; minute < 2; minute++)
        {
            var from = begin.AddMinutes(minute);
            var attempts = Calls(stage).Count(c => c.At >= from && c.At < from.AddMinutes(1));
            // A write that is done though its answer is lost is not made again: the watch shows it.
            Assert.True(
                attempts <= MostPerMinute && (attempts > 0 || what == "cut afterwards"),
                $"{what}: {attempts} in minute {minute}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Persistent))]
    public async Task A_status_that_cannot_be_written_costs_at_most_ten_requests_a_minute(string what, Fault fault)
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        var rule = new FaultRule(fault) { Resource = "topics.rocketmq.io", When = c => c.Subresource == "status" };
        stage.Server.Faults.Add(rule);
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => Statuses() > 0);

        var (begin, before) = (time.GetUtcNow(), Statuses());
        await time.AdvanceUntilAsync(
            () => time.GetUtcNow() >= begin + TimeSpan.FromMinutes(1),
            TimeSpan.FromMilliseconds(500)
        );

        Assert.True(Statuses() - before <= MostPerMinute, $"{what}: {Statuses() - before} in a minute");

        int Statuses() =>
            stage.Server.Calls.All.Count(c => c is { Resource: "topics.rocketmq.io", Subresource: "status" });
    }

    [Fact]
    public async Task A_refused_child_is_named_in_the_status_with_the_servers_own_words()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.Answer(422, "Invalid", "data: must be pink"))
            {
                Resource = "configmaps",
                Name = "orders-g0",
            }
        );
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);

        await stage.UntilAsync(() => ReadyMessage()?.Contains("must be pink", StringComparison.Ordinal) == true);
        Assert.Contains("ConfigMap orders-g0", ReadyMessage(), StringComparison.Ordinal);

        stage.Server.Faults.Clear();
        await stage.UntilReadyAsync();

        string? ReadyMessage() => Stage.Condition(stage.Instance().Status?.Conditions, "Ready")?.Message;
    }

    [Theory]
    [InlineData("409")]
    [InlineData("500")]
    [InlineData("429")]
    [InlineData("cut")]
    [InlineData("slow")]
    public async Task A_server_of_which_every_third_write_fails_does_not_keep_an_instance_from_being_ready(string what)
    {
        var fault = what switch
        {
            "409" => Fault.Conflict,
            "500" => Fault.InternalError,
            "429" => Fault.TooManyRequests(0),
            "cut" => Fault.CutAfterwards,
            _ => Fault.Slow(TimeSpan.FromMilliseconds(50)),
        };
        await using var stage = await Stage.OpenAsync();
        stage.Server.Faults.Add(new FaultRule(fault) { When = c => c.IsWrite && c.Index % 3 == 0 });
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);

        await stage.UntilReadyAsync();
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_not_made_twice()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.CutAfterwards)
            {
                Verb = "create",
                Resource = "leases.coordination.k8s.io",
                Times = 1,
            }
        );
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);

        await stage.UntilReadyAsync();

        Assert.Single(
            stage.Server.Calls.All,
            c => c is { Verb: "create", Resource: "leases.coordination.k8s.io", Code: 201 or 0 }
        );
    }

    static IEnumerable<ApiCall> Calls(Stage stage) =>
        stage.Server.Calls.All.Where(c => c is { Resource: "configmaps", Name: "orders-g0" });

    static int Attempts(Stage stage) => Calls(stage).Count();
}

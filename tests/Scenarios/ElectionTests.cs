using System.Text.Json.Nodes;
using Broker.Replication;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class ElectionTests
{
    [Fact]
    public async Task The_first_start_takes_the_Lease_and_leads_both_Services_to_the_pod()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));

        await stage.UntilAsync(() => stage.Leads("a") is not null && stage.Leads("b") is not null);

        Assert.Equal(["promise 1", "epoch 1", "master 1 at 10.96.0.2"], broker.Replica.Happened);
        Assert.Equal(broker.Replica.Record.Store.Value, stage.Holder);
        Assert.Equal("10.1.0.1", stage.Leads("a"));
        Assert.Equal("10.1.0.1", stage.Leads("b"));
        Assert.Null(stage.Lease!["metadata"]!["annotations"]![LeaseAnnotations.New]);
    }

    [Fact]
    public async Task A_killed_broker_succeeds_itself_at_once_with_the_other_Services_address()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => broker.Replica.Term is not null);
        await broker.StopAsync();

        var (again, started) = (
            stage.Start(new ReplicaDouble(broker.Replica.Record), "10.1.0.2"),
            stage.Time.GetUtcNow()
        );
        await stage.UntilAsync(() => stage.Leads("a") == "10.1.0.2" && stage.Leads("b") == "10.1.0.2");

        Assert.Equal(new MasterTerm(2, "10.96.0.1"), again.Replica.Term);
        Assert.True(stage.Time.GetUtcNow() - started < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_orderly_stop_empties_the_holder_and_the_Services()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);

        await broker.StopInOrderAsync();

        Assert.Equal("", stage.Holder);
        Assert.Equal(1, stage.Epoch);
        Assert.Null(stage.Leads("a"));
        Assert.Null(stage.Leads("b"));
    }

    [Fact]
    public async Task The_Lease_is_renewed_every_two_seconds_and_no_more_often()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);
        stage.Server.Calls.Clear();

        await stage.PassAsync(TimeSpan.FromMinutes(1));

        Assert.InRange(stage.Server.Calls.Count("update", ElectionStage.Leases), 20, 31);
        Assert.InRange(stage.Server.Calls.Count("get", ElectionStage.Leases), 0, 31);
        Assert.Empty(stage.Server.Calls.Writes);
        Assert.DoesNotContain("step down", broker.Replica.Happened);
    }

    [Fact]
    public async Task An_API_server_that_does_not_answer_stops_nobody()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);

        stage.Server.Faults.Everything(Fault.Cut);
        stage.Server.Watches.Cut();
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.NotNull(broker.Replica.Term);

        stage.Server.Faults.Clear();
        var renewed = (string?)stage.Lease!["spec"]!["renewTime"];
        await stage.UntilAsync(() => (string?)stage.Lease!["spec"]!["renewTime"] != renewed);
        Assert.Equal(1, stage.Epoch);
        Assert.DoesNotContain("step down", broker.Replica.Happened);
    }

    [Fact]
    public async Task Watches_that_ended_with_the_API_server_do_not_return_in_step()
    {
        await using var stage = await ElectionStage.OpenAsync();
        stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);
        stage.Server.Calls.Clear();

        stage.Server.Faults.Everything(Fault.Cut);
        stage.Server.Watches.Cut();
        await stage.PassAsync(TimeSpan.FromMinutes(5));

        // Without chance each pause would be at least the longest one by then.
        foreach (
            var watches in stage
                .Server.Calls.All.Where(c => c.Verb == "watch")
                .GroupBy(c => c.Query["fieldSelector"] + c.Resource)
        )
        {
            var last = watches.TakeLast(9).Select(c => c.At).ToArray();
            var pauses = last.Zip(last.Skip(1), (a, b) => b - a).ToArray();
            Assert.Equal(8, pauses.Length);
            Assert.Contains(pauses, pause => pause < TimeSpan.FromSeconds(14));
            Assert.All(pauses, pause => Assert.True(pause >= TimeSpan.FromSeconds(8), $"{pause}"));
        }
    }

    [Fact]
    public async Task A_Lease_that_was_deleted_and_made_anew_is_filled_in_the_same_epoch()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);

        stage.Server.Objects.Delete(ElectionStage.Leases, ElectionStage.Namespace, ElectionStage.Group);
        await stage.PassAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(broker.Replica.Term);
        stage.CreateLease();

        await stage.UntilAsync(() => stage.Holder == broker.Replica.Record.Store.Value);
        Assert.Equal(1, stage.Epoch);
        Assert.DoesNotContain("step down", broker.Replica.Happened);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task A_Service_that_was_deleted_and_made_anew_leads_to_the_master_again(string suffix)
    {
        await using var stage = await ElectionStage.OpenAsync();
        stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);

        stage.Server.Objects.Delete(ElectionStage.Slices, ElectionStage.Namespace, $"{ElectionStage.Group}-{suffix}");
        stage.CreateSlice(suffix);

        await stage.UntilAsync(() => stage.Leads(suffix) == "10.1.0.1");
    }

    [Fact]
    public async Task Endpoints_of_a_higher_epoch_are_left_alone()
    {
        await using var stage = await ElectionStage.OpenAsync();
        stage.Server.Objects.Change(
            ElectionStage.Slices,
            ElectionStage.Namespace,
            $"{ElectionStage.Group}-a",
            slice =>
            {
                slice["metadata"]!["annotations"] = new JsonObject { [LeaseAnnotations.Epoch] = "7" };
                slice["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray("10.9.9.9") });
            }
        );

        stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);
        await stage.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("10.9.9.9", stage.Leads("a"));
    }

    [Fact]
    public async Task A_campaign_whose_answer_is_lost_is_won_once()
    {
        await using var stage = await ElectionStage.OpenAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.CutAfterwards)
            {
                Verb = "update",
                Resource = ElectionStage.Leases,
                Times = 1,
            }
        );
        var broker = stage.Start(ReplicaDouble.Fresh(1));

        await stage.UntilAsync(() => broker.Replica.Term is not null);

        Assert.Equal(["promise 1", "epoch 1", "master 1 at 10.96.0.2"], broker.Replica.Happened);
    }

    [Fact]
    public async Task A_campaign_that_did_not_arrive_is_made_again_in_a_fresh_epoch()
    {
        await using var stage = await ElectionStage.OpenAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.Cut)
            {
                Verb = "update",
                Resource = ElectionStage.Leases,
                Times = 1,
            }
        );
        var broker = stage.Start(ReplicaDouble.Fresh(1));

        await stage.UntilAsync(() => broker.Replica.Term is not null);

        Assert.Equal(["promise 1", "promise 2", "epoch 2", "master 2 at 10.96.0.1"], broker.Replica.Happened);
    }

    [Fact]
    public async Task A_master_steps_down_when_somebody_else_has_a_higher_epoch()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => broker.Replica.Term is not null);

        Take(stage, new string('b', StoreId.Length), epoch: 9);

        await stage.UntilAsync(() => broker.Replica.Term is null);
        Assert.Equal("step down", broker.Replica.Happened[^1]);
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(9, stage.Epoch);
        Assert.Equal(WaitReason.NotMember, broker.Agent.Status.Waiting);
    }

    [Fact]
    public async Task A_lost_volume_is_a_stranger_until_a_person_says_otherwise()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var first = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => first.Replica.Term is not null);
        await first.StopAsync();

        var stranger = stage.Start(ReplicaDouble.Fresh(2));
        await stage.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Null(stranger.Replica.Term);
        Assert.Equal(WaitReason.NotMember, stranger.Agent.Status.Waiting);

        stage.Server.Objects.Change(
            ElectionStage.Leases,
            ElectionStage.Namespace,
            ElectionStage.Group,
            lease => lease["metadata"]!["annotations"]![LeaseAnnotations.Override] = stranger.Replica.Record.Store.Value
        );
        await stage.UntilAsync(() => stranger.Replica.Term is not null);
        Assert.Equal(2, stage.Epoch);
        Assert.Null(stage.Lease!["metadata"]!["annotations"]![LeaseAnnotations.Override]);
    }

    [Fact]
    public async Task A_hung_log_lets_the_Lease_run_out()
    {
        await using var stage = await ElectionStage.OpenAsync();
        var broker = stage.Start(ReplicaDouble.Fresh(1));
        await stage.UntilAsync(() => stage.Leads("b") is not null);

        broker.Replica.Hangs = true;
        await stage.PassAsync(TimeSpan.FromSeconds(20));
        var renewed = (string?)stage.Lease!["spec"]!["renewTime"];
        await stage.PassAsync(TimeSpan.FromSeconds(40));

        Assert.Equal(renewed, (string?)stage.Lease!["spec"]!["renewTime"]);
        Assert.Equal(WaitReason.LogHangs, broker.Agent.Status.Waiting);
    }

    static void Take(ElectionStage stage, string store, long epoch) =>
        stage.Server.Objects.Change(
            ElectionStage.Leases,
            ElectionStage.Namespace,
            ElectionStage.Group,
            lease =>
            {
                lease["metadata"]!["annotations"]![LeaseAnnotations.Epoch] = $"{epoch}";
                lease["metadata"]!["annotations"]![LeaseAnnotations.InSync] = $"{store}=orders-g0-1";
                lease["spec"]!["holderIdentity"] = store;
            }
        );
}

using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scenarios;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.LeaderElection;

public sealed class LeaderElectorTests
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task The_first_leads_and_the_second_waits()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        var second = election.Run("second");
        await election.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(first.IsLeading);
        Assert.False(second.IsLeading);
        Assert.Equal("first", second.Elector.GetLeader());
        Assert.Equal(["start"], first.Log);
    }

    [Fact]
    public async Task Who_stops_gives_up_the_lock_and_the_next_one_leads_within_two_tries()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        var second = election.Run("second");
        await election.UntilAsync(() => second.Elector.GetLeader() == "first");
        var before = election.Time.GetUtcNow();
        await first.StopAsync();
        Assert.Equal("", election.Lease.Spec!.HolderIdentity);
        Assert.Equal(["start", "stop"], first.Log);
        await election.UntilAsync(() => second.IsLeading);
        Assert.True(election.Time.GetUtcNow() - before <= TimeSpan.FromSeconds(5));
        Assert.Equal(1, election.Lease.Spec.LeaseTransitions);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_leading_before_anybody_else_begins()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        var second = election.Run("second");
        await election.UntilAsync(() => second.Elector.GetLeader() == "first");
        election.Server.Faults.Add(new FaultRule(Fault.HalfOpen) { When = c => c.UserAgent == "first" });
        var overlapped = false;
        await election.UntilAsync(() =>
        {
            overlapped |= first.IsLeading && second.IsLeading;
            return second.IsLeading;
        });
        Assert.False(overlapped);
        Assert.Equal(["start", "stop"], first.Log);
    }

    [Fact]
    public async Task A_process_that_slept_does_not_take_itself_for_the_leader()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        election.Server.Faults.Everything(Fault.HalfOpen);
        election.Time.Advance(TimeSpan.FromSeconds(12)); // no timer of it had a chance to run before this question
        Assert.False(first.Elector.IsLeader());
    }

    [Fact]
    public async Task Who_lost_the_lock_tries_again_for_ever()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        for (var round = 1; round <= 3; round++)
        {
            await election.UntilAsync(() => first.IsLeading);
            election.Server.Faults.Everything(Fault.InternalError);
            await election.UntilAsync(() => !first.IsLeading);
            election.Server.Faults.Clear();
        }
        await election.UntilAsync(() => first.IsLeading);
        Assert.Equal(["start", "stop", "start", "stop", "start", "stop", "start"], first.Log);
    }

    [Fact]
    public async Task A_short_outage_does_not_end_leadership()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        // The first calls of a process, failed ones too, take long while the clock here goes on: they are had before it
        // counts.
        election.Server.Faults.Everything(Fault.Cut);
        await election.UntilAsync(() => first.Errors.Count > 0);
        election.Server.Faults.Clear();
        await election.AdvanceAsync(TimeSpan.FromSeconds(60));
        await election.UntilAsync(() => first.IsLeading);
        var (changes, failures) = (first.Log.Count, first.Errors.Count);
        election.Server.Faults.Everything(Fault.Cut);
        await election.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.True(first.Errors.Count > failures, "No renewal failed.");
        election.Server.Faults.Clear();
        await election.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(changes, first.Log.Count);
        Assert.True(first.IsLeading);
    }

    [Fact]
    public async Task A_leader_stays_one_while_every_call_takes_five_seconds()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        election.Server.Faults.Everything(Fault.Slow(TimeSpan.FromSeconds(5)));
        await election.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.True(first.IsLeading);
        Assert.Equal(["start"], first.Log);
        Assert.Empty(first.Errors);
    }

    [Fact]
    public async Task A_candidate_that_is_refused_says_so_until_it_is_not()
    {
        await using var election = await Election.StartAsync();
        election.Server.Faults.Everything(Fault.Forbidden);
        var first = election.Run("first");
        await election.UntilAsync(() => first.Elector.Refusal is not null);
        election.Server.Faults.Clear();
        await election.UntilAsync(() => first.IsLeading);
        Assert.Null(first.Elector.Refusal);
    }

    [Fact]
    public async Task A_missing_right_is_reported_with_its_name()
    {
        await using var election = await Election.StartAsync();
        election.Server.Faults.Add(new FaultRule(Fault.Forbidden) { Verb = "create" });
        var first = election.Run("first");
        await election.UntilAsync(() => first.Errors.Count > 0);
        Assert.Contains(
            "the verb create on leases.coordination.k8s.io",
            Assert.IsType<HttpOperationException>(first.Errors[0]).Message,
            StringComparison.Ordinal
        );
        election.Server.Faults.Clear();
        await election.UntilAsync(() => first.IsLeading);
    }

    [Fact]
    public async Task Losing_a_race_is_no_error()
    {
        await using var election = await Election.StartAsync();
        election.Server.Faults.Add(new FaultRule(Fault.Conflict) { Verb = "create", Times = 1 });
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        Assert.Empty(first.Errors);
    }

    [Fact]
    public async Task A_renewal_whose_answer_was_lost_does_not_make_the_holder_a_stranger()
    {
        await using var election = await Election.StartAsync();
        var first = election.Run("first");
        await election.UntilAsync(() => first.IsLeading);
        election.Server.Faults.Add(new FaultRule(Fault.CutAfterwards) { Verb = "update", Times = 1 });
        await election.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["start"], first.Log);
    }

    [Fact]
    public async Task Nobody_leads_twice_at_once_whatever_happens()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        await using var election = await Election.StartAsync();
        Candidate[] all = [election.Run("a"), election.Run("b"), election.Run("c")];
        for (var step = 0; step < 150; step++)
        {
            if (random.Next(10) == 0)
            {
                election.Server.Faults.Clear();
                var victim = all[random.Next(3)].Name;
                Fault[] faults = [Fault.Cut, Fault.CutAfterwards, Fault.InternalError, Fault.HalfOpen, Fault.Conflict];
                election.Server.Faults.Add(new FaultRule(faults[random.Next(5)]) { When = c => c.UserAgent == victim });
            }
            await election.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(2000)));
            Assert.True(all.Count(c => c.IsLeading) <= 1, $"seed {Seed}, step {step}");
        }
        election.Server.Faults.Clear();
        await election.UntilAsync(() => all.Count(c => c.IsLeading) == 1);
    }

    sealed class Election(InMemoryApiServer server, ManualTime time) : IAsyncDisposable
    {
        readonly List<Candidate> candidates = [];

        public InMemoryApiServer Server => server;

        public ManualTime Time => time;

        public V1Lease Lease => server.Objects.Find<V1Lease>("default", "lock")!;

        public static async Task<Election> StartAsync()
        {
            var time = new ManualTime();
            return new Election(await InMemoryApiServer.StartAsync(new ApiServerOptions { Time = time }), time);
        }

        public Candidate Run(string name)
        {
            var candidate = new Candidate(name, server, Time);
            candidates.Add(candidate);
            Time.Busy = () => candidates.Exists(c => c.Pending.Any);
            return candidate;
        }

        public Task UntilAsync(Func<bool> condition) => Time.AdvanceUntilAsync(condition, Step);

        public async Task AdvanceAsync(TimeSpan by)
        {
            var end = Time.GetUtcNow() + by;
            await UntilAsync(() => Time.GetUtcNow() >= end);
        }

        public async ValueTask DisposeAsync()
        {
            server.Faults.Clear();
            foreach (var candidate in candidates)
                await candidate.StopAsync();
            await server.DisposeAsync();
        }
    }

    sealed class Candidate
    {
        readonly k8s.Kubernetes client;
        readonly CancellationTokenSource stop = new();
        readonly Task running;

        public Candidate(string name, InMemoryApiServer server, ManualTime time)
        {
            Name = name;
            Pending = new PendingCalls(server);
            var configuration = server.Configuration;
            configuration.UserAgent = name;
            client = new k8s.Kubernetes(configuration, time, Operator.KubeClient.KubeMeters.Unread(), Pending);
            Elector = new LeaderElector(
                new LeaderElectionConfig(new LeaseLock(client, "default", "lock", name)),
                time,
                new Random(1),
                NullLogger.Instance
            );
            Elector.OnStartedLeading += () => Log.Add("start");
            Elector.OnStoppedLeading += () => Log.Add("stop");
            Elector.OnError += Errors.Add;
            running = Elector.RunAndTryToHoldLeadershipForeverAsync(stop.Token);
        }

        public string Name { get; }

        public PendingCalls Pending { get; }

        public LeaderElector Elector { get; }

        public bool IsLeading => Elector.IsLeader();

        public List<string> Log { get; } = [];

        public List<Exception> Errors { get; } = [];

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await running;
            Elector.Dispose();
            client.Dispose();
        }
    }
}

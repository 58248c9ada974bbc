using k8s.Models;
using Operator.KubeClient.Informers;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Informers;

public sealed class InformerUnderFaultsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Whatever_breaks_in_between_every_deletion_is_reported_and_the_end_is_the_truth(int seed)
    {
        var random = new Random(seed);
        await using var watched = await WatchedCluster.StartAsync(seed: seed, history: 20);
        var server = watched.Cluster.Server;
        var follower = new Follower();
        watched.Informer.Subscribe(follower.Follow);
        for (var step = 0; step < 300; step++)
        {
            Write(server, random);
            if (random.Next(8) == 0)
                Break(server, random);
            if (random.Next(4) == 0)
                watched.Time.Advance(TimeSpan.FromMilliseconds(random.Next(3000)));
            if (random.Next(6) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
        server.Faults.Clear();
        await watched.Time.AdvanceUntilAsync(
            () =>
                Truth(server).SequenceEqual(Lines(watched.Informer.Cache.List()))
                && Truth(server).SequenceEqual(Lines(follower.Alive)),
            TimeSpan.FromSeconds(1)
        );
        Assert.Empty(follower.Surprises);
    }

    static void Write(InMemoryApiServer server, Random random)
    {
        var name = $"c{random.Next(12)}";
        if (server.Objects.Find("configmaps", "default", name) is null)
            server.Objects.Create(Cluster.ConfigMap(name, $"{random.Next()}"));
        else if (random.Next(2) == 0)
            server.Objects.Delete<V1ConfigMap>("default", name);
        else
            server.Objects.Change<V1ConfigMap>("default", name, m => m.Data!["value"] = $"{random.Next()}");
    }

    static void Break(InMemoryApiServer server, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                server.Watches.Cut();
                break;
            case 1:
                server.Watches.End();
                break;
            case 2:
                server.Watches.Stall();
                break;
            case 3:
                server.Watches.Expire();
                break;
            case 4:
                server.ForgetHistory();
                break;
            case 5:
                server.Watches.Bookmark();
                break;
            case 6:
                server.Faults.Add(new FaultRule(Fault.InternalError) { Times = 2 });
                break;
            case 7:
                server.Faults.Add(new FaultRule(Fault.Cut) { Verb = "list", Times = 1 });
                break;
            case 8:
                server.Faults.Add(new FaultRule(Fault.TooManyRequests(1)) { Times = 1 });
                break;
        }
    }

    static IEnumerable<string> Truth(InMemoryApiServer server) => Lines(server.Objects.List<V1ConfigMap>("default"));

    static IEnumerable<string> Lines(IEnumerable<V1ConfigMap> maps) =>
        maps.Select(m => $"{m.Name()} {m.Uid()} {m.Data!["value"]}").Order();

    /// <summary>What a subscriber knows that only follows the changes.</summary>
    sealed class Follower
    {
        readonly Dictionary<string, V1ConfigMap> alive = [];
        readonly List<string> surprises = [];

        public IReadOnlyList<V1ConfigMap> Alive
        {
            get
            {
                lock (alive)
                    return [.. alive.Values];
            }
        }

        /// <summary>Changes that do not follow from what was told before.</summary>
        public IReadOnlyList<string> Surprises => surprises;

        public void Follow(CacheChange<V1ConfigMap> change)
        {
            lock (alive)
            {
                var name = change.Object.Name()!;
                if ((change.Type != ChangeType.Added) != alive.ContainsKey(name))
                    surprises.Add($"{change.Type} {name}");
                if (change.Type == ChangeType.Deleted)
                    alive.Remove(name);
                else
                    alive[name] = change.Object;
            }
        }
    }
}

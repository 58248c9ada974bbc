using Broker.Core.Configuration;
using Broker.Core.Replica;
using Broker.Protocol;
using Broker.Replication;
using Broker.Store.Files;
using Xunit;

namespace Broker.Tests.Core.Replica;

public sealed class NodeReplicaTests : BrokerTest
{
    const string Boot = "boot-1";

    readonly ReplicaRecordFile _file;

    public NodeReplicaTests() =>
        _file = new ReplicaRecordFile(new DiskFileSystem(), Path.Combine(Folder.Path, "store"));

    [Fact]
    public void A_fresh_folder_gets_an_identity_that_stays()
    {
        Assert.Null(_file.Load());
        var first = Open(Boot).Record;
        Assert.Equal(first.Store, Open(Boot).Record.Store);
        Assert.Equal(first.Store, _file.Load()!.Store);
    }

    [Fact]
    public async Task What_is_saved_is_on_disk_when_the_call_returns()
    {
        var replica = Open(Boot);
        await replica.SaveAsync(replica.Record with { Promise = 7 }, CancellationToken.None);
        Assert.Equal(7, _file.Load()!.Promise);
        Assert.Equal(7, replica.Record.Promise);
    }

    [Fact]
    public void Another_boot_without_an_orderly_stop_makes_the_replica_unsure()
    {
        Open(Boot);
        Assert.False(Open(Boot).Record.Unsure);
        Assert.True(Open("boot-2").Record.Unsure);
    }

    [Fact]
    public void Another_boot_after_an_orderly_stop_does_not()
    {
        Open(Boot).Closed();
        Assert.False(Open("boot-2").Record.Unsure);
    }

    [Fact]
    public async Task A_damaged_record_keeps_the_replica_from_starting()
    {
        Open(Boot);
        var path = Path.Combine(Folder.Path, "store/replica.json");
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("\"promise\":0", "\"promise\":1"));
        Assert.Contains("is damaged", Assert.Throws<ConfigException>(() => Open(Boot)).Message);
    }

    [Fact]
    public async Task A_promoted_replica_takes_sends_under_the_address_of_its_term_and_stops_when_it_steps_down()
    {
        var replica = Open(Boot);
        await replica.StepDownAsync("test", CancellationToken.None);
        await replica.PromoteAsync(new MasterTerm(3, "127.0.0.7"), CancellationToken.None);
        Assert.Equal((true, 3L), (Target.Node.Standing.IsMaster, Target.Node.Standing.Epoch));
        await using var client = await Target.ConnectAsync("127.0.0.1");
        var answer = await client.InvokeAsync(
            RequestCode.SendMessage,
            TestBroker.SendFields("orders"),
            "x"u8.ToArray(),
            TestBroker.Patience
        );
        Assert.StartsWith("7F000007", answer.Fields["msgId"]);
        Assert.True(replica.HasLog);

        await replica.StepDownAsync("another holder", CancellationToken.None);
        Assert.False(Target.Node.Standing.IsMaster);
        await client.Completion.WaitAsync(TestBroker.Patience);
    }

    [Fact]
    public async Task A_log_that_grows_or_can_be_synced_makes_progress()
    {
        var replica = Open(Boot);
        await Target.SendAsync("orders", "x");
        Assert.True(await replica.ProbeAsync(CancellationToken.None));
        Assert.True(await replica.ProbeAsync(CancellationToken.None));
    }

    NodeReplica Open(string bootId) => new(Target.Node, _file, bootId, new Random(1));
}

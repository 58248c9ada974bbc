using Broker.NameServer;
using Broker.NameServer.Routes;
using Broker.Protocol.Bodies;
using Broker.Tests.Telemetry;
using Xunit;

namespace Broker.Tests.NameServer;

public sealed class RouteTableTests
{
    static readonly TopicQueues FourQueues = new(4, 4, 6, 0);

    readonly ManualTime time = new();
    readonly RouteTable table;

    public RouteTableTests() => table = new RouteTable(new NameServerOptions(), time);

    [Fact]
    public void A_registered_topic_has_a_route_to_its_broker()
    {
        Register("a:1", topics: ["orders", "stock"]);
        var route = table.Find("orders")!;
        Assert.Equal("broker-a", Assert.Single(route.Queues).Key);
        Assert.Equal("a:1", Assert.Single(route.Groups).MasterAddress);
        Assert.Null(table.Find("unknown"));
    }

    [Fact]
    public void The_routes_go_with_the_connection_that_the_broker_registered_over_last()
    {
        object first = new();
        object second = new();
        Register("a:1", connection: first);
        Register("a:1", connection: second);
        Assert.Equal(0, table.DropConnection(first));
        Assert.NotNull(table.Find("orders"));
        Assert.Equal(1, table.DropConnection(second));
        Assert.Null(table.Find("orders"));
        Assert.Empty(table.Groups());
    }

    [Fact]
    public void A_broker_that_was_started_again_has_its_topics_taken_though_their_version_is_the_same()
    {
        var broker = Broker("a:1");
        var readOnly = new TopicQueues(4, 4, 4, 0);
        table.Register(broker, connection: new object());
        table.Register(
            broker with
            {
                Topics = broker.Topics.ToDictionary(topic => topic.Key, _ => readOnly),
            },
            connection: new object()
        );
        Assert.Equal(readOnly, Assert.Single(table.Find("orders")!.Queues).Value);
    }

    [Fact]
    public void A_silent_broker_is_dropped_after_two_minutes_and_not_before()
    {
        Register("a:1");
        time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(0, table.DropSilent());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, table.DropSilent());
        Assert.Null(table.Find("orders"));
    }

    [Fact]
    public void A_broker_may_name_its_own_timeout_and_stays_while_it_gives_signs_of_life()
    {
        table.Register(Broker("a:1") with { Timeout = TimeSpan.FromSeconds(10) }, connection: null);
        time.Advance(TimeSpan.FromSeconds(8));
        table.Touch(new BrokerAddress("c", "a:1"));
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(0, table.DropSilent());
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, table.DropSilent());
    }

    [Fact]
    public void The_later_election_wins_an_id_that_two_addresses_claim()
    {
        Register("new:1", stateVersion: 2);
        Register("old:1", stateVersion: 1);
        Assert.Equal("new:1", table.Groups()[0].MasterAddress);
        Register("newer:1", stateVersion: 2);
        Assert.Equal("newer:1", table.Groups()[0].MasterAddress);
    }

    [Fact]
    public void A_late_farewell_of_the_former_master_does_not_remove_its_successor()
    {
        Register("old:1", stateVersion: 1);
        Register("new:1", stateVersion: 2);
        table.Unregister(new BrokerAddress("c", "old:1"), "broker-a", 0);
        Assert.Equal("new:1", table.Groups()[0].MasterAddress);
    }

    [Fact]
    public void An_address_that_changes_its_id_is_listed_once()
    {
        Register("m:1");
        Register("s:1", id: 1);
        table.Unregister(new BrokerAddress("c", "m:1"), "broker-a", 0);
        Register("s:1", id: 0);
        Assert.Equal([KeyValuePair.Create(0L, "s:1")], table.Groups()[0].Addresses);
    }

    [Fact]
    public void A_slave_learns_where_its_master_is_and_adds_no_topics()
    {
        Register("m:1", topics: ["orders", "stock"]);
        var outcome = Register("s:1", id: 1, topics: ["orders", "stock", "secret"]);
        Assert.Equal(("m:1", "m:1-ha"), (outcome.MasterAddress, outcome.HaAddress));
        Assert.Null(table.Find("secret"));
        Assert.Equal(2, table.Find("orders")!.Groups[0].Addresses.Count);
    }

    [Fact]
    public void A_slave_alone_keeps_the_routes_of_its_group()
    {
        Register("m:1");
        Register("s:1", id: 1);
        table.Unregister(new BrokerAddress("c", "m:1"), "broker-a", 0);
        Assert.Equal([1L], table.Find("orders")!.Groups[0].Addresses.Keys);
        Assert.Null(table.Find("orders")!.Groups[0].MasterAddress);
    }

    [Fact]
    public void A_first_registration_with_one_topic_only_is_refused()
    {
        Assert.True(Register("a:1", topics: ["orders"]).IsRefused);
        Assert.Empty(table.Groups());
        Assert.False(Register("a:1").IsRefused);
        Assert.False(Register("a:1", topics: ["late"], counter: 2).IsRefused);
        Assert.NotNull(table.Find("late"));
        Assert.NotNull(table.Find("orders"));
    }

    [Fact]
    public void Topics_are_taken_only_when_the_version_changed()
    {
        Register("a:1", counter: 1);
        table.SetWritable("broker-a", writable: false);
        Register("a:1", counter: 1);
        Assert.Equal(4, table.Find("orders")!.Queues[0].Value.Permission);
        Register("a:1", counter: 2);
        Assert.Equal(6, table.Find("orders")!.Queues[0].Value.Permission);
    }

    [Fact]
    public void Wiping_and_giving_back_the_write_permission_counts_the_topics()
    {
        Register("a:1", topics: ["orders", "stock"]);
        Assert.Equal(2, table.SetWritable("broker-a", writable: false));
        Assert.Equal(2, table.SetWritable("broker-a", writable: true));
        Assert.Equal(0, table.SetWritable("nobody", writable: false));
    }

    [Fact]
    public void Steady_registrations_do_not_change_the_version_of_the_routes()
    {
        Register("a:1");
        var version = table.Version;
        Register("a:1");
        Assert.Equal(version, table.Version);
    }

    [Fact]
    public void A_topic_is_deleted_in_one_cluster_or_everywhere()
    {
        Register("a:1");
        table.Register(Broker("b:1") with { Cluster = "other", BrokerName = "broker-b" }, connection: null);
        table.DeleteTopic("orders", "other");
        Assert.Equal("broker-a", Assert.Single(table.Find("orders")!.Queues).Key);
        table.DeleteTopic("orders", cluster: null);
        Assert.Null(table.Find("orders"));
        Assert.NotNull(table.Find("stock"));
    }

    [Fact]
    public void A_single_topic_is_taken_for_registered_groups_only()
    {
        Register("a:1");
        table.PutTopic("late", [KeyValuePair.Create("broker-a", FourQueues), KeyValuePair.Create("ghost", FourQueues)]);
        Assert.Equal("broker-a", Assert.Single(table.Find("late")!.Queues).Key);
    }

    BrokerRegistration Broker(
        string address,
        long id = 0,
        long stateVersion = 0,
        long counter = 1,
        string[]? topics = null
    ) =>
        new()
        {
            Cluster = "c",
            BrokerName = "broker-a",
            Address = address,
            BrokerId = id,
            HaAddress = address + "-ha",
            Version = new DataVersion(stateVersion, 1, counter),
            Topics = (topics ?? ["orders", "stock"]).ToDictionary(topic => topic, _ => FourQueues),
        };

    RegistrationOutcome Register(
        string address,
        long id = 0,
        long stateVersion = 0,
        long counter = 1,
        string[]? topics = null,
        object? connection = null
    ) => table.Register(Broker(address, id, stateVersion, counter, topics), connection);
}

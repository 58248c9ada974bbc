using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Telemetry;
using Broker.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Core.Delay;

/// <summary>Delay levels under kills: what was delivered and not noted is found in the log.</summary>
public sealed class DelayCrashTests
{
    const int Level = 1;

    [Fact]
    public async Task What_was_delivered_before_a_kill_is_not_delivered_again()
    {
        var time = new SteppedTime();
        var files = new ForgetfulFileSystem();
        using (var store = Open(files, time))
        {
            var (service, policy) = Service(store, time);
            Park(store, policy, "noted");
            await DeliverAsync(store, service, time, "noted");
            service.Persist();
            for (var i = 0; i < 150; i++)
                Park(store, policy, $"{i}");
            // Two that are the same in everything: each has to come once.
            Park(store, policy, "twin");
            await DeliverAsync(store, service, time, "twin");
            Park(store, policy, "twin");
            store.Flush();
            files = files.AfterKill();
            store.Abort();
        }
        using var after = Open(files, time);
        var (again, levels) = Service(after, time);
        Park(after, levels, "last");
        await DeliverAsync(after, again, time, "last");
        string[] expected = ["noted", .. Enumerable.Range(0, 150).Select(i => $"{i}"), "twin", "twin", "last"];
        Assert.Equal(expected, Bodies(after));
    }

    [Fact]
    public async Task Kills_before_the_first_note_repeat_nothing()
    {
        var time = new SteppedTime();
        var files = new ForgetfulFileSystem();
        for (var life = 0; life < 4; life++)
        {
            using var store = Open(files, time);
            var (service, policy) = Service(store, time);
            for (var i = 0; i < 10; i++)
                Park(store, policy, $"{life}.{i}");
            await DeliverAsync(store, service, time, $"{life}.9");
            files = files.AfterKill();
            store.Abort();
        }
        using var after = Open(files, time);
        var expected = Enumerable.Range(0, 40).Select(i => $"{i / 10}.{i % 10}");
        Assert.Equal(expected, Bodies(after));
    }

    [Fact]
    public async Task A_note_that_comes_before_all_copies_were_met_forgets_none()
    {
        var time = new SteppedTime();
        var files = new ForgetfulFileSystem();
        using (var store = Open(files, time))
        {
            var (service, policy) = Service(store, time);
            for (var i = 0; i < 10; i++)
                Park(store, policy, $"{i}");
            await DeliverAsync(store, service, time, "9");
            files = files.AfterKill();
            store.Abort();
        }
        using (var store = Open(files, time))
        {
            var (service, _) = Service(store, time);
            // The queue of the level cannot be read yet, so no copy is met.
            files.BeforeRead = path =>
            {
                if (path.Contains("SCHEDULE", StringComparison.Ordinal))
                    throw new IOException("Input/output error");
            };
            service.Start();
            await TestBroker.UntilAsync(() => files.FileExists("/store/config/delayOffset.json"));
            service.Persist();
            await service.StopAsync();
            files = files.AfterKill();
            store.Abort();
        }
        using var after = Open(files, time);
        var (again, levels) = Service(after, time);
        Park(after, levels, "last");
        await DeliverAsync(after, again, time, "last");
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"{i}"), "last"], Bodies(after));
    }

    static MessageStore Open(ForgetfulFileSystem files, SteppedTime time) =>
        MessageStore.Open(StoreUnderTest.Options(), files, time, NullLogger.Instance, Meters());

    static MetricsRegistry Meters() => new(new MetricsOptions(), TimeProvider.System);

    static (DelayService Service, DelayPolicy Policy) Service(MessageStore store, SteppedTime time)
    {
        var options = new BrokerOptions();
        var policy = new DelayPolicy(store, DelayLevels.Parse(options.MessageDelayLevel));
        var topics = new TopicTable(options, store, time);
        var meter = Meters().Create(new System.Diagnostics.Metrics.MeterOptions("test"));
        return (new DelayService(policy, store, topics, meter, time, NullLogger.Instance), policy);
    }

    static void Park(MessageStore store, DelayPolicy policy, string body)
    {
        var added = new PropertiesWriter(stackalloc byte[256]);
        var message = new AppendRequest
        {
            Queue = policy.Park(Level, "orders"u8, queueId: 0, ref added),
            Body = Encoding.UTF8.GetBytes(body),
            Properties = Encoding.UTF8.GetBytes(TestBroker.Properties($"DELAY=1 UNIQ_KEY={body}")),
            AddedProperties = added.Written,
            BornHost = [10, 0, 0, 1, 0, 0, 4, 210],
        };
        Assert.Equal(AppendStatus.Accepted, store.Append(message, new Outcome()));
        store.EndOfBatch();
        added.Free();
    }

    /// <summary>Lets the levels work until the message is delivered; the order within a level is kept.</summary>
    static async Task DeliverAsync(MessageStore store, DelayService service, SteppedTime time, string last)
    {
        time.Advance(TimeSpan.FromSeconds(2));
        service.Start();
        var start = TimeProvider.System.GetTimestamp();
        while (!Bodies(store).Contains(last))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, $"{last} was not delivered");
            await Task.Yield();
        }
        await service.StopAsync();
    }

    static List<string> Bodies(MessageStore store)
    {
        var found = new List<string>();
        var queue = store.Topic("orders").Queue(0);
        var result = new ReadResult();
        for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
        {
            store.Read(queue, next, 32, 1 << 20, MessageFilter.All, result);
            found.AddRange(StoreUnderTest.Messages(result).Select(message => message.Body));
            next = result.NextOffset;
        }
        return found;
    }
}

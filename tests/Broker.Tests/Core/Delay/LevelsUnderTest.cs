using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Telemetry;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

/// <summary>One delay level over a small store in memory, on a clock that the test moves, round by round.</summary>
sealed class LevelsUnderTest : IDisposable
{
    static readonly byte[] BornHost = [10, 0, 0, 1, 0, 0, 4, 210];

    readonly MetricsRegistry _meters = new(new MetricsOptions(), TimeProvider.System);
    readonly DelayPolicy _policy;
    readonly LevelDelivery _delivery;

    public LevelsUnderTest(ForgetfulFileSystem? files = null, SteppedTime? time = null, int level = 1)
    {
        Files = files ?? new ForgetfulFileSystem();
        Time = time ?? new SteppedTime();
        Level = level;
        Store = MessageStore.Open(StoreUnderTest.Options(), Files, Time, Log, _meters);
        var options = new BrokerOptions();
        _policy = new DelayPolicy(Store, DelayLevels.Parse(options.MessageDelayLevel));
        var offsets = new DelayOffsets(Store.Config, Time, _policy.Levels);
        var topics = new TopicTable(options, Store, Time);
        _delivery = new LevelDelivery(level, _policy, offsets, new DeliveredCopies(), Store, topics, Time, Log);
    }

    public ForgetfulFileSystem Files { get; }

    public SteppedTime Time { get; }

    public MessageStore Store { get; }

    public LogLines Log { get; } = new();

    public int Level { get; }

    public Task<TimeSpan> StepAsync() => _delivery.StepAsync();

    /// <summary>Goes on until nothing is left to do at this moment.</summary>
    public async Task SettleAsync()
    {
        while (await StepAsync() == TimeSpan.Zero) { }
    }

    /// <summary>Stores a message that waits in the level.</summary>
    public void Park(string body, string topic = "orders")
    {
        var added = new PropertiesWriter(stackalloc byte[256]);
        var message = new AppendRequest
        {
            Queue = _policy.Park(Level, Encoding.UTF8.GetBytes(topic), queueId: 0, ref added),
            Body = Encoding.UTF8.GetBytes(body),
            Properties = Encoding.UTF8.GetBytes(TestBroker.Properties($"DELAY={Level} UNIQ_KEY={body}")),
            AddedProperties = added.Written,
            BornHost = BornHost,
            BornTimestamp = Time.Ms,
        };
        Assert.Equal(AppendStatus.Accepted, Store.Append(message, new Outcome()));
        Store.EndOfBatch();
        added.Free();
    }

    public List<string> Bodies(string topic = "orders")
    {
        var found = new List<string>();
        var queue = Store.Topic(topic).Queue(0);
        var result = new ReadResult();
        for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
        {
            Store.Read(queue, next, 32, 1 << 20, MessageFilter.All, result);
            found.AddRange(StoreUnderTest.Messages(result).Select(message => message.Body));
            next = result.NextOffset;
        }
        return found;
    }

    /// <summary>Ends as a kill does, and begins again over what is left.</summary>
    public LevelsUnderTest Reopen()
    {
        var left = Files.AfterKill();
        Store.Abort();
        return new LevelsUnderTest(left, Time, Level);
    }

    public void Dispose()
    {
        Store.Dispose();
        _meters.Dispose();
    }
}

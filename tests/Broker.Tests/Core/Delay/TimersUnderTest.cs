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

/// <summary>
/// Deliveries at a time of day over a small store in memory, on a clock that the test moves, step by step.
/// </summary>
sealed class TimersUnderTest : IDisposable
{
    static readonly byte[] BornHost = [10, 0, 0, 1, 0, 0, 4, 210];

    readonly MetricsRegistry _meters = new(new MetricsOptions(), TimeProvider.System);

    public TimersUnderTest(
        ForgetfulFileSystem? files = null,
        SteppedTime? time = null,
        Action<BrokerOptions>? change = null
    )
    {
        Files = files ?? new ForgetfulFileSystem();
        Time = time ?? new SteppedTime();
        Options = new BrokerOptions { TimerFlushIntervalMs = 0 };
        change?.Invoke(Options);
        Store = MessageStore.Open(StoreUnderTest.Options(timersInMemory: 7), Files, Time, NullLogger.Instance, _meters);
        Policy = new TimerPolicy(Store, Options, Time);
        Work = new TimerWork(Store, Policy, new TopicTable(Options, Store, Time), Options, Time, NullLogger.Instance);
        Work.Begin();
    }

    public ForgetfulFileSystem Files { get; }

    public SteppedTime Time { get; }

    public BrokerOptions Options { get; }

    public MessageStore Store { get; }

    public TimerPolicy Policy { get; }

    public TimerWork Work { get; }

    /// <summary>Stores a message that asks for a time, as a send does; null when the time was refused.</summary>
    public Outcome? Send(string body, string properties, string topic = "orders")
    {
        var asked = Encoding.UTF8.GetBytes(TestBroker.Properties(properties));
        var decision = Policy.Decide(TimerWish.Of(asked));
        if (!decision.IsLegal)
            return null;
        var added = new PropertiesWriter(stackalloc byte[512]);
        var queue =
            decision.OutMs > 0
                ? Policy.Park(decision.OutMs, Encoding.UTF8.GetBytes(topic), 0, ref added)
                : Store.Topic(topic).Queue(0);
        var outcome = new Outcome();
        var message = new AppendRequest
        {
            Queue = queue,
            Body = Encoding.UTF8.GetBytes(body),
            Properties = asked,
            AddedProperties = added.Written,
            BornHost = BornHost,
            BornTimestamp = Time.Ms,
        };
        Assert.Equal(AppendStatus.Accepted, Store.Append(message, outcome));
        Store.EndOfBatch();
        added.Free();
        return outcome;
    }

    /// <summary>Steps until nothing is left to do at this moment.</summary>
    public async Task SettleAsync()
    {
        for (var wait = TimeSpan.Zero; wait == TimeSpan.Zero || Work.Intake.Behind > 0; )
            wait = await Work.StepAsync();
    }

    public async Task GoOnAsync(TimeSpan by)
    {
        Time.Advance(by);
        await SettleAsync();
    }

    /// <summary>All messages of the topic's queue 0 that are in the log, oldest first.</summary>
    public List<PulledMessage> Delivered(string topic = "orders")
    {
        var found = new List<PulledMessage>();
        var queue = Store.Topic(topic).Queue(0);
        var result = new ReadResult();
        for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
        {
            Store.Read(queue, next, 32, 1 << 20, MessageFilter.All, result);
            foreach (var slice in result.Slices)
                found.AddRange(PulledMessage.All(slice.Bytes));
            next = result.NextOffset;
        }
        return found;
    }

    public IEnumerable<string> Bodies(string topic = "orders") => Delivered(topic).Select(message => message.Text);

    /// <summary>Ends as a kill does, and begins again over what is left.</summary>
    public TimersUnderTest Reopen(ForgetfulFileSystem left)
    {
        Store.Abort();
        return new TimersUnderTest(left, Time, options => Copy(Options, options));
    }

    public void Dispose()
    {
        Store.Dispose();
        _meters.Dispose();
    }

    static void Copy(BrokerOptions from, BrokerOptions to)
    {
        to.TimerFlushIntervalMs = from.TimerFlushIntervalMs;
        to.TimerRollWindowSlot = from.TimerRollWindowSlot;
        to.FileReservedTimeHours = from.FileReservedTimeHours;
    }
}

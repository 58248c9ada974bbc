using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Log;
using Broker.Store.Queues;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Store;

public sealed class LogWriterTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_end_writes_what_a_sender_announces_to_the_thread_that_is_gone()
    {
        using var metrics = new MetricsRegistry(new MetricsOptions(), TimeProvider.System);
        var meters = new StoreMeters(metrics, TimeProvider.System);
        using var queues = new StoreUnderTest();
        var options = StoreUnderTest.Options(FlushMode.Sync);
        var segments = new SegmentList(new ForgetfulFileSystem(), "/log", options.SegmentBytes, 4);
        segments.AddNext();
        var log = new CommitLog(options, segments, new TagsCodes(options.DelayLevelsMs), 0, 0, TimeProvider.System);
        var delivery = new Delivery(
            meters,
            TimeProvider.System,
            NullLogger.Instance,
            () => null,
            log.ReturnBatch,
            _ => { },
            0
        );
        var writer = new LogWriter(
            log,
            segments,
            delivery,
            _ => { },
            () => { },
            () => { },
            options,
            0,
            meters,
            _ => { }
        );
        var outcome = new Outcome();
        Assert.Equal(
            AppendStatus.Accepted,
            log.TryAppend(
                new AppendRequest
                {
                    Queue = queues.Store.Topic("orders").Queue(0),
                    Body = "body"u8,
                    BornHost = new byte[8],
                    SysFlag = SysFlag.TransactionPrepared,
                },
                outcome
            )
        );
        writer.Dispose();
        writer.Drive();
        await Task.Run(writer.WriteRest, TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(AppendStatus.Stored, outcome.Status);
        segments.Dispose();
    }
}

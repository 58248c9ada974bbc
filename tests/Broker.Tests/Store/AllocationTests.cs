using Broker.Store;
using Broker.Store.Files;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Store;

/// <summary>
/// Sends and reads must not allocate per message: what lives on the heap is per connection and per batch.
/// </summary>
public sealed class AllocationTests : IDisposable
{
    const int Messages = 20_000;

    readonly MetricsRegistry metrics = new(new MetricsOptions(), TimeProvider.System);
    readonly string root = Directory.CreateTempSubdirectory("alloc-store-").FullName;
    readonly byte[] body = new byte[1_000];
    readonly byte[] properties =
        "TAGS\u0001TagA\u0002KEYS\u0001k1\u0002UNIQ_KEY\u0001FD00000000000000000000\u0002"u8.ToArray();
    readonly byte[] bornHost = new byte[8];

    [Fact]
    public void A_send_does_not_allocate()
    {
        using var store = Open();
        var completion = new Outcome();
        Send(store, completion);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Send(store, completion);
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Messages;
        Assert.True(perMessage < 1, $"{perMessage} bytes per message");
    }

    [Fact]
    public void A_read_does_not_allocate()
    {
        using var store = Open();
        Send(store, new Outcome());
        var result = new ReadResult();
        ReadAll(store, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = ReadAll(store, result);
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)read;
        Assert.Equal(Messages, read);
        Assert.True(perMessage < 1, $"{perMessage} bytes per message");
    }

    public void Dispose()
    {
        metrics.Dispose();
        Directory.Delete(root, recursive: true);
    }

    void Send(MessageStore store, Outcome completion)
    {
        var queue = store.Topic("orders").Queue(0);
        for (var i = 0; i < Messages; i++)
        {
            var status = store.Append(
                new AppendRequest
                {
                    Queue = queue,
                    Body = body,
                    Properties = properties,
                    BornHost = bornHost,
                },
                completion
            );
            if (status != AppendStatus.Accepted)
                throw new InvalidOperationException($"The send was refused: {status}");
            if (i % 3 == 0)
                store.EndOfBatch();
        }
        store.EndOfBatch();
    }

    static int ReadAll(MessageStore store, ReadResult result)
    {
        var queue = store.Topic("orders").Queue(0);
        var read = 0;
        for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
        {
            store.Read(queue, next, 32, 1 << 20, MessageFilter.All, result);
            read += result.MessageCount;
            next = result.NextOffset;
        }
        return read;
    }

    MessageStore Open() =>
        MessageStore.Open(
            new StoreOptions
            {
                RootDirectory = root,
                SegmentBytes = 256 << 20,
                BackgroundWork = false,
            },
            new DiskFileSystem(),
            TimeProvider.System,
            NullLogger.Instance,
            metrics
        );
}

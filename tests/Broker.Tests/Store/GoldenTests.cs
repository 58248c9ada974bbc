using System.Text;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Files;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Store;

/// <summary>What the reference wrote, we read; and from the same inputs we write the same bytes.</summary>
public sealed class GoldenTests : IDisposable
{
    readonly MetricsRegistry metrics = new(new MetricsOptions(), TimeProvider.System);
    readonly string root = Directory.CreateTempSubdirectory("golden-store-").FullName;

    [Fact]
    public void A_folder_of_the_reference_is_adopted_after_an_orderly_stop()
    {
        GoldenFiles.LayOut(root);
        CheckAdopted();
    }

    [Fact]
    public void A_folder_of_the_reference_is_adopted_after_a_kill()
    {
        GoldenFiles.LayOut(root);
        File.WriteAllBytes(Path.Combine(root, "abort"), []);
        CheckAdopted();
    }

    [Fact]
    public void A_folder_of_the_reference_without_queues_and_index_is_adopted()
    {
        GoldenFiles.LayOut(root);
        Directory.Delete(Path.Combine(root, "consumequeue"), recursive: true);
        Directory.Delete(Path.Combine(root, "index"), recursive: true);
        CheckAdopted();
    }

    [Fact]
    public void The_same_messages_give_the_same_log_queues_and_index()
    {
        var time = new SteppedTime();
        var log = GoldenFiles.Log();
        using (var store = Open(time))
        {
            foreach (var start in GoldenFiles.Starts())
            {
                MessageView.Read(log.AsSpan(start), out var message);
                time.Set(message.StoreTimestamp);
                Assert.Equal(AppendStatus.Accepted, Append(store, message));
                store.EndOfBatch();
            }
            store.Flush();
        }

        Assert.Equal(log, Head(Path.Combine(root, "commitlog", new string('0', 20)), log.Length));
        foreach (var (path, length, parts) in GoldenFiles.Others())
        {
            if (path == "checkpoint")
                continue;
            // An index file is named by the time of its creation.
            var ours = path.StartsWith("index", StringComparison.Ordinal)
                ? Assert.Single(Directory.GetFiles(Path.Combine(root, "index")))
                : Path.Combine(root, path);
            Assert.Equal(length, new FileInfo(ours).Length);
            using var file = File.OpenHandle(ours);
            foreach (var (offset, bytes) in parts)
            {
                var read = new byte[bytes.Length];
                RandomAccess.Read(file, read, offset);
                Assert.True(bytes.AsSpan().SequenceEqual(read), $"{path} differs in the part at {offset}");
            }
        }
    }

    [Fact]
    public void The_checkpoint_s_times_are_where_the_reference_has_them()
    {
        GoldenFiles.LayOut(root);
        var before = Head(Path.Combine(root, "checkpoint"), 16);
        using (Open(new SteppedTime())) { }
        Assert.Equal(before, Head(Path.Combine(root, "checkpoint"), 16));
        Assert.False(File.Exists(Path.Combine(root, "abort")));
    }

    public void Dispose()
    {
        metrics.Dispose();
        Directory.Delete(root, recursive: true);
    }

    void CheckAdopted()
    {
        var time = new SteppedTime();
        time.Set(1_795_262_400_000);
        using var store = Open(time);
        Assert.Equal(6_224, store.MaxPosition.Value);
        Assert.Equal(["body 0", "with keys", "last 0", "last 1", "last 2", "delay 3"], Bodies(store, "golden", 0));
        Assert.Equal(
            ["你好, 世界 😀", "part 0", "part 1", "part 2", "part 3", "committed"],
            Bodies(store, "golden", 1)
        );
        Assert.Equal(["delay 18"], Bodies(store, "SCHEDULE_TOPIC_XXXX", 17));
        Assert.Equal(2, store.Topic("RMQ_SYS_TRANS_HALF_TOPIC").Queue(0).MaxOffset.Value);
        var entry = new QueueEntry[1];
        store.ReadEntries(store.Topic("SCHEDULE_TOPIC_XXXX").Queue(2), default, entry);
        Assert.Equal(0x1a1fdf894c9, entry[0].TagsCode);

        Assert.Equal(["你好, 世界 😀"], Query(store, "订单-1"));
        Assert.Equal(["with keys"], Query(store, "two"));
        Assert.Equal(["last 2"], Query(store, "FD000000000000000000000000000002360730946E096990864B0011"));
        Assert.Equal(["delay 3"], Query(store, "delayed"));

        var append = store.AppendAsync(
            new AppendRequest
            {
                Queue = store.Topic("golden").Queue(0),
                Body = "ours"u8,
                Properties = "KEYS\u0001ours\u0002"u8,
                BornHost = new byte[8],
            }
        );
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Equal(6, store.Topic("golden").Queue(0).MaxOffset.Value - 1);
        Assert.Equal(["ours"], Query(store, "ours"));
    }

    MessageStore Open(SteppedTime time) =>
        MessageStore.Open(
            new StoreOptions
            {
                RootDirectory = root,
                BackgroundWork = false,
                StoreHost = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 14911),
            },
            new DiskFileSystem(),
            time,
            NullLogger.Instance,
            metrics
        );

    static AppendStatus Append(MessageStore store, in MessageView message) =>
        store.Append(
            new AppendRequest
            {
                Queue = store.Topic(Encoding.UTF8.GetString(message.Topic)).Queue(message.QueueId),
                Body = message.Body,
                Properties = message.Properties,
                BornHost = message.BornHost,
                BornTimestamp = message.BornTimestamp,
                Flag = message.Flag,
                SysFlag = message.SysFlag,
                ReconsumeTimes = message.ReconsumeTimes,
                PreparedTransactionOffset = message.PreparedTransactionOffset,
            },
            new Outcome()
        );

    static IEnumerable<string> Bodies(MessageStore store, string topic, int queueId)
    {
        var result = new ReadResult();
        store.Read(store.Topic(topic).Queue(queueId), default, 32, 1 << 20, MessageFilter.All, result);
        var bodies = StoreUnderTest.Messages(result).Select(m => m.Body).ToList();
        result.Release();
        return bodies;
    }

    static IEnumerable<string> Query(MessageStore store, string key)
    {
        var result = new ReadResult();
        store.QueryByKey("golden", key, 64, 0, long.MaxValue, result);
        var bodies = StoreUnderTest.Messages(result).Select(m => m.Body).ToList();
        result.Release();
        return bodies;
    }

    static byte[] Head(string path, int length)
    {
        using var file = File.OpenHandle(path);
        var bytes = new byte[length];
        RandomAccess.Read(file, bytes, 0);
        return bytes;
    }
}

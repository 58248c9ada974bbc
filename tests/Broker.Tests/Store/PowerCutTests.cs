using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

/// <summary>
/// The power is cut while the store works; of what was not synced any subset of sectors and names survives. The store
/// must start again with all that was acknowledged (flush Sync) or flushed (flush Async), in order and unchanged, and
/// go on.
/// </summary>
public sealed class PowerCutTests
{
    const int Queues = 3;

    [Fact]
    public void With_sync_flush_every_acknowledged_message_survives()
    {
        for (var seed = 1; seed <= 60; seed++)
            new Trial(seed, FlushMode.Sync).Run(cuts: 3);
    }

    [Fact]
    public void With_async_flush_everything_flushed_survives_and_the_rest_is_whole_or_gone()
    {
        for (var seed = 1; seed <= 60; seed++)
            new Trial(seed, FlushMode.Async).Run(cuts: 3);
    }

    [Fact]
    public void When_checkpoints_leave_out_queues_that_changed_lately_nothing_is_lost_either()
    {
        for (var seed = 1; seed <= 60; seed++)
            new Trial(seed, FlushMode.Sync, queuesWrittenMax: 1, stepMs: 10_000).Run(cuts: 3);
    }

    sealed class Trial(int seed, FlushMode flushMode, int queuesWrittenMax = 4_096, int stepMs = 200)
    {
        readonly Random random = new(seed);
        readonly List<string>[] sent = [.. Enumerable.Range(0, Queues).Select(_ => new List<string>())];
        readonly List<(int Queue, int Index, Outcome Outcome)> pending = [];
        readonly int[] safe = new int[Queues];
        ForgetfulFileSystem files = new();
        ForgetfulFileSystem? left;
        int countdown;

        public void Run(int cuts)
        {
            for (var cut = 0; cut < cuts; cut++)
            {
                left = null;
                countdown = random.Next(1, 60);
                using (var store = Open())
                {
                    Check(store, $"seed {seed}, start {cut}");
                    files.BeforeWrite = _ => MaybeCut();
                    files.BeforeSync = _ => MaybeCut();
                    for (var round = 0; round < 80 && Volatile.Read(ref left) == null; round++)
                        Work(store);
                    files.BeforeWrite = files.BeforeSync = _ => { };
                    store.Store.Abort();
                }
                files = left ?? files.AfterPowerCut(random);
                pending.Clear();
            }
            using var last = Open();
            Check(last, $"seed {seed}, end");
        }

        StoreUnderTest Open() =>
            new(
                files,
                _ => StoreUnderTest.Options(flushMode, segmentBytes: 16 * 1024, queuesWrittenMax: queuesWrittenMax)
            );

        void Work(StoreUnderTest store)
        {
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var queue = random.Next(Queues);
                var body = $"{queue}:{sent[queue].Count}:" + new string('x', random.Next(600));
                sent[queue].Add(body);
                var outcome = store.Gather(
                    "orders",
                    queue,
                    body,
                    "KEYS\u0001k\u0002" + new string('p', random.Next(300)) + "\u0001v\u0002"
                );
                lock (pending)
                    pending.Add((queue, sent[queue].Count, outcome));
            }
            store.Store.EndOfBatch();
            if (flushMode == FlushMode.Sync)
                SpinWait.SpinUntil(() => pending[^1].Outcome.HasEnded);
            if (random.Next(5) == 0)
            {
                store.Store.FlushLog();
                if (flushMode == FlushMode.Async)
                    TakeSafe();
            }
            if (random.Next(8) == 0)
                store.Store.WriteRegularCheckpoint();
            store.Time.Advance(TimeSpan.FromMilliseconds(random.Next(stepMs)));
        }

        void MaybeCut()
        {
            if (Interlocked.Decrement(ref countdown) != 0)
                return;
            if (flushMode == FlushMode.Sync)
                TakeSafe();
            Volatile.Write(ref left, files.AfterPowerCut(random));
        }

        void TakeSafe()
        {
            if (left != null)
                return;
            lock (pending)
            {
                foreach (var (queue, index, outcome) in pending)
                {
                    if (outcome.HasEnded && outcome.Status == AppendStatus.Stored)
                        safe[queue] = Math.Max(safe[queue], index);
                }
            }
        }

        void Check(StoreUnderTest store, string when)
        {
            for (var queue = 0; queue < Queues; queue++)
            {
                var bodies = store.Bodies("orders", queue);
                Assert.True(
                    bodies.Count >= safe[queue],
                    $"{when}: queue {queue} has {bodies.Count} of {safe[queue]} safe messages"
                );
                Assert.True(
                    bodies.SequenceEqual(sent[queue].Take(bodies.Count)),
                    $"{when}: queue {queue} has other messages"
                );
                sent[queue].RemoveRange(bodies.Count, sent[queue].Count - bodies.Count);
                safe[queue] = Math.Min(safe[queue], bodies.Count);
            }
        }
    }
}

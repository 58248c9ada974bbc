using System.Collections.Concurrent;
using Xunit;

namespace Broker.Tests.Host;

/// <summary>What a broker acknowledged, by queue and offset.</summary>
sealed class Ledger(int queues)
{
    readonly ConcurrentDictionary<long, string>[] _queues =
    [
        .. Enumerable.Range(0, queues).Select(_ => new ConcurrentDictionary<long, string>()),
    ];

    int _count;

    public int Count => Volatile.Read(ref _count);

    public void Acknowledged(int queue, long offset, string body)
    {
        Assert.True(_queues[queue].TryAdd(offset, body), $"Offset {offset} of queue {queue} was acknowledged twice.");
        Interlocked.Increment(ref _count);
    }

    public async Task AcknowledgedAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Count < count)
            await Task.Delay(1, limit.Token);
    }

    /// <summary>
    /// Everything acknowledged is there, at its offset; and of each sender the messages are in the order it sent
    /// them.
    /// </summary>
    public void Compare(int queue, IReadOnlyDictionary<long, string> read)
    {
        foreach (var (offset, body) in _queues[queue])
        {
            Assert.True(
                read.TryGetValue(offset, out var found),
                $"Message {offset} of queue {queue} was acknowledged and is lost."
            );
            Assert.Equal(body, found);
        }
        var last = new Dictionary<string, int>();
        foreach (var (_, body) in read.OrderBy(m => m.Key))
        {
            var parts = body.Split('-');
            var sender = $"{parts[0]}-{parts[1]}";
            var number = int.Parse(parts[2]);
            Assert.True(
                number > last.GetValueOrDefault(sender, -1),
                $"Messages of sender {sender} changed their order."
            );
            last[sender] = number;
        }
    }
}

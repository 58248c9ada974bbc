using Broker.Core.Offsets;
using Xunit;

namespace Broker.Tests.Core.Offsets;

public sealed class SparseOffsetsTests
{
    [Fact]
    public void It_is_a_sorted_table()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var offsets = new SparseOffsets();
            var model = new SortedDictionary<int, long>();
            for (var step = 0; step < 2_000; step++)
            {
                var queueId = random.Next(4) == 0 ? random.Next(65_536) : random.Next(12);
                switch (random.Next(4))
                {
                    case 0:
                        Assert.Equal(model.Remove(queueId), offsets.Remove(queueId));
                        break;
                    case 1:
                        Assert.Equal(model.GetValueOrDefault(queueId, -1), offsets.Get(queueId));
                        break;
                    default:
                        var offset = random.Next(3);
                        var isNews = !model.TryGetValue(queueId, out var known) || known != offset;
                        model[queueId] = offset;
                        Assert.Equal(isNews, offsets.Set(queueId, offset));
                        break;
                }
            }
            Assert.Equal(model, offsets.ToList());
        }
    }

    [Fact]
    public void The_highest_queue_costs_as_little_as_the_first()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        new SparseOffsets().Set(65_535, 1);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500);
    }
}

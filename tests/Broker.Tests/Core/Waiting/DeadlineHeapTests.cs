using Broker.Core.Pull;
using Broker.Core.Waiting;
using Xunit;

namespace Broker.Tests.Core.Waiting;

public sealed class DeadlineHeapTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_is_added_and_removed_the_first_is_always_the_earliest()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var heap = new DeadlineHeap<HeldRequest<PullOrder>>();
        var model = new List<HeldRequest<PullOrder>>();
        for (var step = 0; step < 20_000; step++)
        {
            if (model.Count == 0 || random.Next(100) < 55)
            {
                var pull = new HeldRequest<PullOrder> { DeadlineMs = random.Next(1000) };
                heap.Add(pull);
                model.Add(pull);
            }
            else
            {
                var victim = random.Next(3) == 0 ? heap.First! : model[random.Next(model.Count)];
                heap.Remove(victim);
                model.Remove(victim);
            }
            Assert.Equal(model.Count, heap.Count);
            Assert.Equal(model.Count == 0 ? null : model.Min(p => p.DeadlineMs), heap.First?.DeadlineMs);
        }
    }
}

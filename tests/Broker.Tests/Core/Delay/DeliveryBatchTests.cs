using Broker.Core.Delay;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

public sealed class DeliveryBatchTests
{
    [Fact]
    public async Task A_completion_of_an_old_round_is_not_counted_in_a_new_one()
    {
        var batch = new DeliveryBatch(size: 2);
        batch.Begin();
        var old = batch.Next();
        batch.Begin();
        var current = batch.Next();
        var done = batch.CompleteAsync();
        old.Completed(AppendStatus.Stored);
        Assert.False(done.IsCompleted);
        current.Completed(AppendStatus.Closed);
        Assert.Equal(0, await done);
    }

    [Fact]
    public async Task What_the_store_refused_is_not_waited_for()
    {
        var batch = new DeliveryBatch(size: 2);
        for (var round = 0; round < 3; round++)
        {
            batch.Begin();
            var first = batch.Next();
            _ = batch.Next();
            batch.TakeBack();
            first.Completed(AppendStatus.FlushTimeout);
            Assert.Equal(1, await batch.CompleteAsync());
        }
    }
}

using Broker.Store.Queues;
using Xunit;

namespace Broker.Tests.Store.Queues;

public sealed class SoundEntriesTests
{
    [Fact]
    public void Exactly_the_noted_entries_are_known()
    {
        const int seed = 20_261_201;
        var random = new Random(seed);
        var sound = new SoundEntries(first: 70, end: 5_000, mayGrow: () => true);
        var noted = new HashSet<long>();
        for (var i = 0; i < 3_000; i++)
        {
            var offset = random.NextInt64(0, 6_000);
            sound.Add(offset);
            if (offset is >= 70 and < 5_000)
                noted.Add(offset);
        }

        for (var offset = 0L; offset < 6_000; offset++)
            Assert.True(noted.Contains(offset) == sound.Contains(offset), $"seed {seed}, offset {offset}");
    }

    [Fact]
    public void Without_memory_nothing_is_remembered()
    {
        var pieces = 1;
        var sound = new SoundEntries(first: 0, end: 5_000, mayGrow: () => pieces-- > 0);
        sound.Add(10);
        sound.Add(2_000);
        sound.Add(11);
        Assert.True(sound.Contains(10));
        Assert.True(sound.Contains(11));
        Assert.False(sound.Contains(2_000));
    }
}

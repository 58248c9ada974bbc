using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

public sealed class LevelDeliveryTests
{
    /// <summary>Level 5 waits for a minute.</summary>
    const int Minute = 5;

    [Fact]
    public async Task A_queue_that_cannot_be_opened_repeats_nothing_and_loses_nothing()
    {
        var before = new LevelsUnderTest();
        new RawMessages(before.Store, "orders").Append("first", "");
        new RawMessages(before.Store, "stock").Append("first", "");
        before.Store.Flush();
        using var levels = before.Reopen();
        string[] sent = [.. Enumerable.Range(0, 25).Select(i => $"{i}")];
        foreach (var body in sent[..20])
            levels.Park(body);
        levels.Park("in between", "stock");
        foreach (var body in sent[20..])
            levels.Park(body);
        levels.Files.BeforeOpen = RefuseOpening("/stock/");
        levels.Time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 10; i++)
            Assert.True(await levels.StepAsync() > TimeSpan.Zero);
        Assert.Equal(["first", .. sent[..20]], levels.Bodies());

        levels.Files.BeforeOpen = _ => { };
        await levels.SettleAsync();
        Assert.Equal(["first", .. sent], levels.Bodies());
        Assert.Equal(["first", "in between"], levels.Bodies("stock"));
    }

    [Fact]
    public async Task A_failure_that_goes_on_is_logged_once_per_interval_with_a_count()
    {
        using var levels = new LevelsUnderTest();
        levels.Park("waits");
        levels.Files.BeforeOpen = RefuseOpening("/orders/");
        levels.Time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 100; i++)
            await levels.StepAsync();
        Assert.Single(Failures(levels));
        levels.Time.Advance(TimeSpan.FromSeconds(10));
        await levels.StepAsync();
        Assert.Equal(2, Failures(levels).Count());
        Assert.Contains("99 more", Failures(levels).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_a_clock_ahead_stored_waits_as_long_as_its_level_says()
    {
        using var levels = new LevelsUnderTest(level: Minute);
        levels.Time.Advance(TimeSpan.FromDays(1));
        levels.Park("ahead");
        levels.Time.Advance(TimeSpan.FromDays(-1));
        levels.Park("after");
        await levels.SettleAsync();
        levels.Time.Advance(TimeSpan.FromSeconds(59));
        await levels.SettleAsync();
        Assert.Empty(levels.Bodies());
        levels.Time.Advance(TimeSpan.FromSeconds(1));
        await levels.SettleAsync();
        Assert.Equal(["ahead", "after"], levels.Bodies());
    }

    [Fact]
    public async Task A_restart_delivers_nothing_early_that_a_clock_ahead_stored()
    {
        var before = new LevelsUnderTest(level: Minute);
        before.Time.Advance(TimeSpan.FromDays(1));
        before.Park("ahead");
        before.Time.Advance(TimeSpan.FromDays(-1));
        for (var i = 0; i < 100; i++)
            before.Park($"{i}");
        using var levels = before.Reopen();
        await levels.SettleAsync();
        levels.Time.Advance(TimeSpan.FromSeconds(59));
        await levels.SettleAsync();
        Assert.Empty(levels.Bodies());
        // All of them together: what was stored behind the first one does not wait for another minute each.
        levels.Time.Advance(TimeSpan.FromSeconds(1));
        await levels.SettleAsync();
        Assert.Equal(101, levels.Bodies().Count);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_a_little_delivers_nothing_early()
    {
        using var levels = new LevelsUnderTest(level: Minute);
        levels.Park("waits");
        levels.Time.Advance(TimeSpan.FromMilliseconds(-50));
        await levels.SettleAsync();
        Assert.Empty(levels.Bodies());
        levels.Time.Advance(TimeSpan.FromMinutes(1));
        await levels.SettleAsync();
        Assert.Equal(["waits"], levels.Bodies());
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_is_noticed_after_ten_seconds()
    {
        using var levels = new LevelsUnderTest(level: 18);
        levels.Park("waits for two hours");
        Assert.Equal(TimeSpan.FromSeconds(10), await levels.StepAsync());
    }

    static IEnumerable<string> Failures(LevelsUnderTest levels) =>
        levels.Log.All.Where(line => line.Contains("failed", StringComparison.Ordinal));

    static Action<string> RefuseOpening(string part) =>
        path =>
        {
            if ($"{path}/".Contains(part, StringComparison.Ordinal))
                throw new IOException("Too many open files", 24);
        };
}

using System.Globalization;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>
/// The broker's clock steps while it runs, by libfaketime: only the time of day, since monotonic clocks do not step.
/// </summary>
static class Clocks
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "clock-ahead-for-one-message",
                "a day ahead for one message, then right again; then a delay of 30 minutes and a restart",
                "the 30 minutes are waited for",
                AheadOnceAsync
            ),
            new(
                "clock-back-under-load",
                "an hour back under load, then right again, twice",
                "nothing lost, order kept, delayed messages come",
                BackUnderLoadAsync
            ),
            new(
                "clock-back-across-a-level",
                "delayed messages wait when the clock goes 20 s back, to and fro 10 times",
                "each comes once",
                BackAcrossLevelAsync
            ),
            new(
                "clock-forward-over-timers",
                "timed messages of an hour wait when the clock goes two hours on",
                "each comes once, right after the step",
                ForwardAsync
            ),
            new(
                "clock-back-over-a-restart",
                "a start two hours before the last stop's time",
                "nothing lost, retention takes nothing, sends and delays work",
                BackRestartAsync
            ),
            new(
                "clock-in-1971-at-start",
                "a start in 1971 over an old folder, then the right time",
                "nothing lost, the broker lives",
                EpochAsync
            ),
            new(
                "clock-years-ahead",
                "ten years ahead for 20 s, with retention of 72 hours due by that clock",
                "the broker lives and serves; what is lost is what retention says in its log",
                YearsAheadAsync
            ),
        ];

    static async Task<(FakeClock Clock, BrokerProcess Broker)> StartAsync(Scene scene, params string[] settings)
    {
        var clock = FakeClock.Create(scene.Folder);
        var broker = scene.Broker();
        clock.ApplyTo(broker);
        broker.Settings.AddRange(settings);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        return (clock, broker);
    }

    static async Task AheadOnceAsync(Scene scene)
    {
        var (clock, broker) = await StartAsync(scene);
        await using (var client = await scene.ClientAsync())
        {
            clock.Step(TimeSpan.FromDays(1));
            await client.SendAsync(Load.Normal, 0, "a day ahead");
            clock.Step(TimeSpan.Zero);
            await scene.WaitAsync(1);
            await client.SendAsync(Load.Delayed, 0, "in 30 minutes", ("DELAY", "16"));
            await client.SendAsync(Load.Delayed, 0, "in 2 hours", ("DELAY", "18"));
            await client.SendAsync(Load.Timed, 0, "in an hour", ("TIMER_DELAY_SEC", "3600"));
            await scene.WaitAsync(20);
        }
        await MustWaitAsync(scene, "after the clock was right again");
        await scene.RestartAsync(broker);
        await scene.WaitAsync(15);
        await MustWaitAsync(scene, "after a restart");
    }

    static async Task MustWaitAsync(Scene scene, string when)
    {
        await using var client = await scene.ClientAsync();
        foreach (var topic in new[] { Load.Delayed, Load.Timed })
        {
            var early = await client.ReadAllAsync(topic, 0);
            Scene.Must(early.Count == 0, $"'{early.FirstOrDefault()?.Body}' was delivered within half a minute {when}");
        }
    }

    static async Task BackUnderLoadAsync(Scene scene)
    {
        var (clock, broker) = await StartAsync(scene);
        var load = scene.Own(new Load(scene));
        load.Start();
        for (var round = 0; round < 2; round++)
        {
            await load.GainAsync(500);
            clock.Step(TimeSpan.FromHours(-1));
            await load.GainAsync(500);
            await scene.WaitAsync(5);
            clock.Step(TimeSpan.Zero);
            await load.GainAsync(500);
        }
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static async Task BackAcrossLevelAsync(Scene scene)
    {
        var (clock, _) = await StartAsync(scene);
        var load = scene.Own(new Load(scene));
        load.Start();
        for (var round = 0; round < 10; round++)
        {
            await scene.WaitAsync(2);
            clock.Step(TimeSpan.FromSeconds(round % 2 == 0 ? -20 : 0));
        }
        clock.Step(TimeSpan.Zero);
        await load.GainAsync(100);
        await scene.VerdictAsync(load);
    }

    static async Task ForwardAsync(Scene scene)
    {
        const int messages = 100;
        var (clock, broker) = await StartAsync(scene);
        await using var client = await scene.ClientAsync();
        for (var i = 0; i < messages; i++)
        {
            await client.SendAsync(Load.Timed, 0, $"timed-{i}", ("TIMER_DELAY_SEC", "3600"));
            await client.SendAsync(Load.Delayed, 0, $"level-{i}", ("DELAY", "17"));
        }
        await scene.WaitAsync(3);
        clock.Step(TimeSpan.FromHours(2));
        foreach (var topic in new[] { Load.Timed, Load.Delayed })
            await scene.UntilAsync(async () => await client.MaxAsync(topic, 0) >= messages, null, $"{topic} comes");
        clock.Step(TimeSpan.Zero);
        await scene.WaitAsync(3);
        await scene.RestartAsync(broker);
        await scene.WaitAsync(8);
        await using var reader = await scene.ClientAsync();
        foreach (var topic in new[] { Load.Timed, Load.Delayed })
        {
            var read = await reader.ReadAllAsync(topic, 0);
            Scene.Must(read.Count == messages, $"{messages} of {topic} came {read.Count} times");
        }
    }

    static async Task BackRestartAsync(Scene scene)
    {
        var (clock, broker) = await StartAsync(scene);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(2000);
        await load.StopAsync();
        await scene.WaitAsync(3);
        await broker.StopAsync();
        clock.Step(TimeSpan.FromHours(-2));
        await broker.StartAsync(scene.Ended);
        load.Start();
        await load.GainAsync(2000);
        await scene.VerdictAsync(load);
    }

    static async Task EpochAsync(Scene scene)
    {
        var (clock, broker) = await StartAsync(scene);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(2000);
        await load.StopAsync();
        await scene.WaitAsync(3);
        await broker.StopAsync();
        // Not in 1970: while the clock shows less than the uptime, timed waits never end under libfaketime.
        clock.Step(DateTimeOffset.UnixEpoch.AddYears(1) - DateTimeOffset.UtcNow);
        await broker.StartAsync(scene.Ended);
        load.Start();
        await scene.WaitAsync(5);
        clock.Step(TimeSpan.Zero);
        await load.GainAsync(1000);
        Scene.Must(broker.IsAlive, "the broker ended");
        await scene.VerdictAsync(load);
    }

    static async Task YearsAheadAsync(Scene scene)
    {
        var (clock, broker) = await StartAsync(
            scene,
            "deleteWhen=00;01;02;03;04;05;06;07;08;09;10;11;12;13;14;15;16;17;18;19;20;21;22;23"
        );
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        // What is sent in ten years with a delay is due then.
        var load = scene.Own(new Load(scene) { OnlyNormal = true });
        load.Start();
        await load.GainAsync(1000);
        clock.Step(TimeSpan.FromDays(3650));
        await scene.WaitAsync(20);
        clock.Step(TimeSpan.Zero);
        await load.GainAsync(1000);
        Scene.Must(broker.IsAlive, "the broker ended");
        probe.MustBeServed(8);
        await scene.VerdictAsync(load);
    }
}

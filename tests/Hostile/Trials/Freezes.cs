using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>The process stands still for a while: a paused machine, a debugger, a starved container.</summary>
static class Freezes
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "freeze-under-load",
                "SIGSTOP for 20 s under load, twice",
                "nothing lost, order kept, the broker serves again at once",
                FreezeAsync
            ),
            new(
                "freeze-then-kill",
                "SIGSTOP under load, clients give up, SIGKILL while frozen",
                "nothing acknowledged is lost",
                FreezeThenKillAsync
            ),
        ];

    static async Task FreezeAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        for (var round = 0; round < 2; round++)
        {
            await load.GainAsync(500);
            broker.Freeze();
            await scene.WaitAsync(20);
            broker.Thaw();
            await load.GainAsync(500);
        }
        await load.StopAsync();
        await using var reader = await scene.ClientAsync();
        await new Verdict(scene, load).HoldsAsync(reader);
    }

    static async Task FreezeThenKillAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene) { Patience = TimeSpan.FromSeconds(3) });
        load.Start();
        for (var round = 0; round < 3; round++)
        {
            await load.GainAsync(500);
            broker.Freeze();
            await scene.WaitAsync(5);
            await broker.KillAsync();
            await broker.StartAsync(scene.Ended);
        }
        await load.GainAsync(500);
        await load.StopAsync();
        await using var reader = await scene.ClientAsync();
        await new Verdict(scene, load) { DuplicatesAllowed = load.Acknowledged.Count / 4 }.HoldsAsync(reader);
    }
}

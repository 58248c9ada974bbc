using System.Text;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Connections are cut, half-sent, never read, and far too many.</summary>
static class Connections
{
    /// <summary>Far above what a busy machine does, far below what a starved broker does.</summary>
    const double ProbeSeconds = 8;

    public static IEnumerable<Trial> All =>
        [
            new(
                "half-frames-hold-memory",
                "60 connections announce 16 MiB each and send single bytes",
                "others send 100 KB, memory follows what arrived",
                HalfFramesAsync
            ),
            new(
                "cut-in-frames",
                "3,000 sends cut after every number of bytes, half of them by reset",
                "what was not whole is not stored, others are served",
                CutInFramesAsync
            ),
            new(
                "cut-while-answers-wait",
                "500 connections with held pulls and sends under way are reset, 10 times",
                "nothing lost, memory and handles come back",
                CutWaitingAsync
            ),
            new(
                "slow-reader-of-pulls",
                "20 clients ask for 60 MB each and take a byte a second",
                "others are served, memory stays bounded",
                SlowReaderAsync
            ),
            new(
                "never-reading-pipeliner",
                "10 clients pipeline sends and never read an answer",
                "others are served, memory stays bounded",
                NeverReadsAsync
            ),
            new(
                "connection-flood",
                "3,000 idle connections, and 200 a second opened and cut",
                "others are served, nothing lost, handles come back",
                FloodAsync
            ),
            new(
                "half-tls-handshakes",
                "500 connections begin a TLS handshake and say no more",
                "others are served, the connections are closed, handles come back",
                HalfTlsAsync
            ),
            new(
                "half-proxy-preambles",
                "500 connections send half a PROXY preamble",
                "others are served, the connections are closed",
                HalfProxyAsync
            ),
            new(
                "proxy-from-anybody",
                "a client says by a PROXY preamble that it comes from 203.0.113.7",
                "the broker does not store that as the born host",
                ProxyAsync
            ),
            new(
                "one-byte-at-a-time",
                "40 clients send whole requests a byte at a time while others send at full speed",
                "the slow ones are answered, too, and nobody waits for them",
                ByteByByteAsync
            ),
        ];

    static async Task HalfFramesAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(3);
        await load.StopAsync();
        long before = broker.RssAnonMiB;
        var hostile = new List<RawConnection>();
        // Growing small at the end, so that whatever rest of a budget there is, is taken.
        int[] sizes =
        [
            .. Enumerable.Repeat(16 << 20, 30),
            8 << 20,
            4 << 20,
            2 << 20,
            1 << 20,
            1 << 19,
            1 << 18,
            1 << 17,
            1 << 16,
        ];
        foreach (var size in sizes.Concat(sizes))
        {
            var connection = new RawConnection();
            hostile.Add(connection);
            connection.TrySend(RawConnection.Frame(size - 100, 100, "{"));
            for (var i = 0; i < 15; i++)
                connection.TrySend("{"u8);
        }
        await scene.WaitAsync(3);
        await using (var victim = await scene.ClientAsync())
        {
            foreach (var size in new[] { 1000, 20_000, 100_000, 1_000_000 })
                (await victim.SendAsync("probe", 0, new byte[size])).EnsureSuccess();
        }
        await scene.WaitAsync(3);
        scene.Figure("grew MiB", broker.RssAnonMiB - before);
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB - before < 150, $"memory grew by {broker.RssAnonMiB - before} MiB");
        hostile.ForEach(c => c.Dispose());
        await scene.VerdictAsync(load);
    }

    static async Task CutInFramesAsync(Scene scene)
    {
        var (_, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("cut");
        var frame = RawConnection.Frame(
            RequestCode.SendMessageV2,
            Client.SendFields("cut", 0, "producers", 0, []),
            Encoding.UTF8.GetBytes(new string('c', 2000))
        );
        for (var i = 0; i < 3000; i++)
        {
            using var connection = new RawConnection();
            connection.TrySend(frame.AsSpan(0, i % (frame.Length - 1)));
            if (i % 2 == 0)
                connection.Reset();
        }
        Scene.Must(await client.MaxAsync("cut", 0) == 0, "half a request was carried out");
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
    }

    static async Task CutWaitingAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(3);
        int handles = broker.Handles;
        for (var round = 0; round < 10; round++)
        {
            var connections = Enumerable.Range(0, 50).Select(_ => new RawConnection()).ToList();
            foreach (var connection in connections)
            {
                for (var i = 0; i < 20; i++)
                    connection.TrySend(
                        RawConnection.Frame(
                            RequestCode.PullMessage,
                            Client.PullFields(Load.Normal, i % 4, int.MaxValue / 2, "held", 32, 20_000)
                        )
                    );
                connection.TrySend(
                    RawConnection.Frame(
                        RequestCode.SendMessageV2,
                        Client.SendFields("probe", 0, "producers", 0, []),
                        new byte[50_000]
                    )
                );
            }
            connections.ForEach(c => c.Reset());
        }
        await scene.UntilAsync(() => broker.Handles < handles + 40, null, "handles come back");
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB < 500, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
    }

    static async Task SlowReaderAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync("maxTransferBytesOnMessageInMemory=4194304");
        await using (var client = await scene.ClientAsync())
        {
            await client.CreateTopicAsync("large");
            for (var i = 0; i < 60; i++)
                (await client.SendAsync("large", 0, new byte[1_000_000])).EnsureSuccess();
        }
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var slow = Enumerable.Range(0, 20).Select(_ => new RawConnection(receiveBuffer: 4096)).ToList();
        foreach (var connection in slow)
        {
            for (var i = 0; i < 60; i++)
                connection.TrySend(
                    RawConnection.Frame(RequestCode.PullMessage, Client.PullFields("large", 0, i, "slow", 32, 0))
                );
        }
        var one = new byte[1];
        for (var second = 0; second < 20; second++)
        {
            foreach (var connection in slow)
                await connection.ReceiveAsync(one, scene.Ended);
            await scene.WaitAsync(1);
        }
        scene.Figure("RssAnon MiB", broker.RssAnonMiB);
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB < 700, $"memory is {broker.RssAnonMiB} MiB");
        slow.ForEach(c => c.Dispose());
        await scene.VerdictAsync(load);
    }

    static async Task NeverReadsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var frame = RawConnection.Frame(
            RequestCode.SendMessageV2,
            Client.SendFields("probe", 0, "producers", 0, []),
            new byte[3000]
        );
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(TimeSpan.FromSeconds(20));
        var senders = Enumerable
            .Range(0, 10)
            .Select(async _ =>
            {
                using var connection = new RawConnection(receiveBuffer: 4096);
                long sent = 0;
                while (!end.IsCancellationRequested && sent < 200_000_000)
                {
                    if (!await connection.TrySendAsync(frame, end.Token))
                        break;
                    sent += frame.Length;
                }
                return sent;
            });
        long total = (await Task.WhenAll(senders)).Sum();
        scene.Figure("sent MiB", total >> 20);
        scene.Figure("RssAnon MiB", broker.RssAnonMiB);
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB < 700, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
    }

    static async Task FloodAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        int handles = broker.Handles;
        var idle = Enumerable.Range(0, 3000).Select(_ => new RawConnection()).ToList();
        for (var i = 0; i < 3000; i++)
        {
            using var connection = new RawConnection();
            if (i % 3 == 0)
                connection.TrySend(RawConnection.Frame(RequestCode.GetBrokerRuntimeInfo));
            if (i % 3 == 1)
                connection.Reset();
            if (i % 20 == 0)
                await scene.WaitAsync(0.1);
        }
        idle.ForEach(c => c.Dispose());
        await scene.UntilAsync(() => broker.Handles < handles + 40, null, "handles come back");
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
    }

    static Task HalfTlsAsync(Scene scene) =>
        HalfPreambleAsync(scene, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

    static Task HalfProxyAsync(Scene scene) => HalfPreambleAsync(scene, "PROXY TCP4 203.0.113.7"u8.ToArray());

    static async Task HalfPreambleAsync(Scene scene, byte[] preamble)
    {
        var (broker, load) = await scene.LoadedAsync("tls.test.mode.enable=true");
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        int handles = broker.Handles;
        var half = Enumerable.Range(0, 500).Select(_ => new RawConnection()).ToList();
        half.ForEach(c => c.TrySend(preamble));
        await scene.UntilAsync(() => broker.Handles < handles + 40, null, "the broker closes half handshakes");
        probe.MustBeServed(ProbeSeconds);
        half.ForEach(c => c.Dispose());
        await scene.VerdictAsync(load);
    }

    static async Task ProxyAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("born");
        using var liar = new RawConnection();
        liar.TrySend("PROXY TCP4 203.0.113.7 127.0.0.1 4711 10911\r\n"u8);
        liar.TrySend(
            RawConnection.Frame(
                RequestCode.SendMessageV2,
                Client.SendFields("born", 0, "producers", 0, []),
                "from a liar"u8
            )
        );
        await scene.WaitAsync(3);
        var answer = await client.CallAsync(RequestCode.PullMessage, Client.PullFields("born", 0, 0, "readers", 32, 0));
        byte[] forged = [203, 0, 113, 7];
        Scene.Must(answer.Body.Span.IndexOf(forged) < 0, "a message is said to be born at 203.0.113.7");
        await client.SendAsync("born", 0, "from an honest client");
    }

    static async Task ByteByByteAsync(Scene scene)
    {
        var (_, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var frame = RawConnection.Frame(
            RequestCode.SendMessageV2,
            Client.SendFields("probe", 0, "producers", 0, []),
            "slow"u8
        );
        var slow = Enumerable
            .Range(0, 40)
            .Select(async _ =>
            {
                using var connection = new RawConnection();
                for (var i = 0; i < frame.Length; i++)
                {
                    if (!await connection.TrySendAsync(frame.AsMemory(i, 1), scene.Ended))
                        return false;
                    await Task.Delay(20);
                }
                return await connection.ReceiveAsync(new byte[100], scene.Ended) > 0;
            });
        var answered = (await Task.WhenAll(slow)).Count(a => a);
        Scene.Must(answered == 40, $"{answered} of 40 slow clients were answered");
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
    }
}

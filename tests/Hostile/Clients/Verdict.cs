namespace Hostile.Clients;

/// <summary>
/// Compares what a broker holds with what it acknowledged: nothing lost, nothing foreign, nothing out of order, and
/// each message once unless the trial allows more.
/// </summary>
sealed class Verdict(Scene scene, Load load)
{
    /// <summary>So many copies too many are allowed, of delayed, timed and transactional messages.</summary>
    public int DuplicatesAllowed { get; init; }

    /// <summary>Messages in front of these may be gone: retention took them, or the trial damaged them.</summary>
    public Func<string, bool> MayBeLost { get; init; } = _ => false;

    /// <summary>Whether offsets must be those that were answered; not after a log was cut on purpose.</summary>
    public bool OffsetsStay { get; init; } = true;

    /// <summary>Reads all topics until everything acknowledged has come; delayed ones need their time.</summary>
    public async Task HoldsAsync(Client client)
    {
        var patience = TimeSpan.FromSeconds(30);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var (copies, wrong) = await ReadAsync(client);
            var lost = load.Acknowledged.Keys.Where(body => !copies.ContainsKey(body) && !MayBeLost(body)).ToList();
            bool late = System.Diagnostics.Stopwatch.GetElapsedTime(started) > patience;
            if (
                lost.Count > 0
                && !late
                && lost.TrueForAll(body => !body.StartsWith(Load.Normal, StringComparison.Ordinal))
            )
            {
                await scene.WaitAsync(1);
                continue;
            }
            Report(copies, lost, wrong);
            return;
        }
    }

    void Report(Dictionary<string, int> copies, List<string> lost, List<string> wrong)
    {
        var twice = copies.Where(c => c.Value > 1).ToList();
        int extra = twice.Sum(c => c.Value - 1);
        scene.Figure("acked", load.Acknowledged.Count);
        scene.Figure("read", copies.Count);
        scene.Figure("lost", lost.Count);
        scene.Figure("twice", extra);
        Scene.Must(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join(", ", wrong.Take(3))}");
        Scene.Must(
            lost.Count == 0,
            $"{lost.Count} of {load.Acknowledged.Count} acknowledged are lost: {string.Join(", ", lost.Take(3))}"
        );
        Scene.Must(
            extra <= DuplicatesAllowed,
            $"{extra} copies too many ({DuplicatesAllowed} allowed): {string.Join(", ", twice.Take(3))}"
        );
    }

    async Task<(Dictionary<string, int> Copies, List<string> Wrong)> ReadAsync(Client client)
    {
        var copies = new Dictionary<string, int>();
        var wrong = new List<string>();
        foreach (var topic in Load.Topics)
        {
            for (var queue = 0; queue < (topic == Load.Normal ? Load.NormalQueues : 1); queue++)
            {
                if (await HasAsync(client, topic, queue))
                    Check(topic, queue, await client.ReadAllAsync(topic, queue), copies, wrong);
            }
        }
        return (copies, wrong);
    }

    async Task<bool> HasAsync(Client client, string topic, int queue) =>
        !load.OnlyNormal
        || (topic == Load.Normal && queue < Load.NormalQueues)
        || await client.MaxAsync(topic, queue) > 0;

    void Check(string topic, int queue, List<Received> messages, Dictionary<string, int> copies, List<string> wrong)
    {
        int last = -1;
        long expected = messages.Count > 0 ? messages[0].Offset : 0;
        foreach (var message in messages)
        {
            var body = message.Body.TrimEnd();
            copies[body] = copies.GetValueOrDefault(body) + 1;
            if (!message.IsIntact || !body.StartsWith($"{topic}-{queue}-", StringComparison.Ordinal))
                wrong.Add($"{topic}/{queue}@{message.Offset} is '{body[..Math.Min(40, body.Length)]}'");
            else if (topic == Load.Normal)
                last = CheckOrder(message, body, last, wrong);
            if (message.Offset != expected++)
            {
                wrong.Add($"{topic}/{queue} skips to {message.Offset}");
                expected = message.Offset + 1;
            }
        }
    }

    int CheckOrder(Received message, string body, int last, List<string> wrong)
    {
        int number = int.Parse(body[(body.LastIndexOf('-') + 1)..]);
        if (number <= last)
            wrong.Add($"{body} after {last}");
        if (OffsetsStay && load.Acknowledged.TryGetValue(body, out long offset) && offset != message.Offset)
            wrong.Add($"{body} was answered {offset} and lies at {message.Offset}");
        return number;
    }
}

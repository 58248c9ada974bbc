namespace Clients;

/// <summary>A consumer in a process of its own, and what it received so far.</summary>
public sealed class NpmConsumer(ChildProcess process) : IAsyncDisposable
{
    readonly List<ReceivedMessage> received = [];

    public IReadOnlyList<ReceivedMessage> Received => received;

    /// <summary>Reads deliveries until <paramref name="enough"/> says so.</summary>
    /// <exception cref="TimeoutException">None came for <paramref name="quietSeconds"/> seconds; says how far it
    /// got.</exception>
    public async Task UntilAsync(Func<IReadOnlyList<ReceivedMessage>, bool> enough, int quietSeconds = 30)
    {
        try
        {
            while (!enough(received))
                received.Add(ReceivedMessage.Parse(await process.ReadLineAsync(TimeSpan.FromSeconds(quietSeconds))));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{received.Count} received so far, {DistinctKeys} different. {late.Message}",
                late
            );
        }
    }

    /// <summary>Reads deliveries until none has come for two seconds.</summary>
    public async Task UntilQuietAsync()
    {
        try
        {
            while (true)
                received.Add(ReceivedMessage.Parse(await process.ReadLineAsync(TimeSpan.FromSeconds(2))));
        }
        catch (TimeoutException)
        {
            // That is what it waited for.
        }
    }

    public int DistinctKeys => received.Select(message => message.Keys).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Ends it in order, so that its offsets are stored, and keeps what it still reported.</summary>
    public async Task StopAsync()
    {
        process.Input.Close();
        var rest = await process.ReadUntilAsync(NpmClient.Done, TimeSpan.FromSeconds(30));
        received.AddRange(rest.Select(ReceivedMessage.Parse));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}

using Broker.Host.Admin.Messages;

namespace Broker.Host.Admin.Probes;

/// <summary>Sends messages one after the other and takes the time of each.</summary>
sealed class SendProbe(VerbCall call, string topic, int bodyBytes)
{
    readonly byte[] body = [.. Enumerable.Repeat((byte)'a', bodyBytes)];

    /// <summary>The figures of one send; <paramref name="Error"/> is null when it was stored.</summary>
    public readonly record struct Result(string Broker, int QueueId, double Ms, string? Error);

    /// <summary>Sends to the queues in turn, those of one broker when its name is given.</summary>
    public async IAsyncEnumerable<Result> RunAsync(long amount, string? brokerName)
    {
        var sender = new MessageSender(call, topic);
        var queues = await sender.QueuesAsync(brokerName).ConfigureAwait(false);
        for (long i = 0; i < amount; i++)
        {
            var (broker, queueId) = queues[(int)(i % queues.Count)];
            long begun = call.Time.GetTimestamp();
            string? error = null;
            try
            {
                await sender.SendAsync(broker.Address, queueId, body, null, null).ConfigureAwait(false);
            }
            catch (AdminFailedException failure)
            {
                error = failure.Message;
            }
            yield return new Result(broker.Name, queueId, call.Time.GetElapsedTime(begun).TotalMilliseconds, error);
        }
    }
}

using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Host.Admin;

/// <summary>
/// Sends the messages of a run, some at a time, to the queues in turn. A refused send is tried again elsewhere.
/// </summary>
sealed class CheckSender(
    CheckOptions options,
    ClusterClient cluster,
    CheckBodies bodies,
    List<CheckQueue> queues,
    TimeProvider time
)
{
    public const string ProducerGroup = "rocketmq_admin_check";

    /// <summary>Sends under way at once: enough to use every queue, few enough to say which one fails.</summary>
    const int SendsAtOnce = 16;

    /// <summary>As clients do: once and two more times.</summary>
    const int Tries = 3;

    int next;
    int sent;
    int retries;

    /// <summary>Acknowledged messages.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>Sends that had to be repeated.</summary>
    public int Retries => Volatile.Read(ref retries);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, SendsAtOnce).Select(_ => LoopAsync(cancellationToken)));

    async Task LoopAsync(CancellationToken cancellationToken)
    {
        for (int index; (index = Interlocked.Increment(ref next) - 1) < options.Messages; )
        {
            await SendAsync(index, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref sent);
        }
    }

    async Task SendAsync(int index, CancellationToken cancellationToken)
    {
        byte[] body = bodies.Make(index);
        for (int attempt = 0; ; attempt++)
        {
            var queue = queues[(index + attempt) % queues.Count];
            try
            {
                var answer = await cluster
                    .InvokeAsync(
                        queue.Address,
                        RequestCode.SendMessageV2,
                        Fields(queue.QueueId, bodies.Key(index)),
                        body,
                        RemotingClientSettings.DefaultTimeout,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                answer.EnsureSuccess();
                return;
            }
            catch (Exception failure) when (failure is IOException or TimeoutException or RefusedException)
            {
                if (attempt + 1 == Tries)
                    throw new AdminFailedException(
                        $"message {index} could not be sent to queue {queue.QueueId} of {queue.BrokerName} at "
                            + $"{queue.Address}: {failure.Message}",
                        failure
                    );
                Interlocked.Increment(ref retries);
            }
        }
    }

    FieldList Fields(int queueId, string key)
    {
        var properties = new PropertiesWriter(stackalloc byte[256]);
        properties.Add(PropertyNames.Keys, key);
        string text = Encoding.UTF8.GetString(properties.Written);
        properties.Free();
        return new FieldList
        {
            { "a", ProducerGroup },
            { "b", options.Topic },
            { "c", "TBW102" },
            { "d", 4 },
            { "e", queueId },
            { "f", 0 },
            { "g", time.GetUtcNow().ToUnixTimeMilliseconds() },
            { "h", 0 },
            { "i", text },
            { "j", 0 },
            { "k", false },
            { "m", false },
        };
    }
}

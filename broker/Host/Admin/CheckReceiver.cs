using System.Collections.Concurrent;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Host.Admin;

/// <summary>
/// Receives the messages of a run from every queue as a member of the group, compares them and commits the offsets.
/// </summary>
sealed class CheckReceiver(
    CheckOptions options,
    ClusterClient cluster,
    CheckBodies bodies,
    string clientId,
    List<CheckQueue> queues,
    TimeProvider time
)
{
    /// <summary>Hold until data comes, and the subscription is in the request (protocol.md §4.3).</summary>
    const int SysFlagSuspendAndSubscription = 2 | 4;

    const int SuspendMs = 2000;

    /// <summary>What a client asks for at once by default.</summary>
    const int MessagesPerPull = 32;

    readonly ConcurrentDictionary<int, bool> seen = new();

    /// <summary>Messages of this run that came back as they were sent, each counted once.</summary>
    public int Received => seen.Count;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var all = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(all.Token, cancellationToken);
        await Task.WhenAll(queues.Select(queue => LoopAsync(queue, all, either.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    async Task LoopAsync(CheckQueue queue, CancellationTokenSource all, CancellationToken either)
    {
        long offset = queue.StartOffset;
        try
        {
            while (!either.IsCancellationRequested)
            {
                var answer = await PullAsync(queue, offset, either).ConfigureAwait(false);
                Compare(answer.Body.Span);
                offset = answer.Long("nextBeginOffset", offset);
                if (Received >= options.Messages)
                    await all.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The run is over, by success or by time; the caller knows which.
        }
        catch
        {
            await all.CancelAsync().ConfigureAwait(false);
            throw;
        }
        await CommitAsync(queue, offset).ConfigureAwait(false);
    }

    async Task<RemotingResponse> PullAsync(CheckQueue queue, long offset, CancellationToken cancellationToken)
    {
        var fields = new FieldList
        {
            { "consumerGroup", options.Group },
            { "topic", options.Topic },
            { "queueId", queue.QueueId },
            { "queueOffset", offset },
            { "maxMsgNums", MessagesPerPull },
            { "sysFlag", SysFlagSuspendAndSubscription },
            { "commitOffset", 0 },
            { "suspendTimeoutMillis", SuspendMs },
            { "subscription", "*" },
            { "subVersion", 1 },
            { "expressionType", "TAG" },
        };
        try
        {
            var answer = await cluster
                .InvokeAsync(
                    queue.Address,
                    RequestCode.PullMessage,
                    fields,
                    default,
                    TimeSpan.FromMilliseconds(SuspendMs) + RemotingClientSettings.DefaultTimeout,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (answer.Code is ResponseCode.PullNotFound or ResponseCode.PullRetryImmediately)
                return answer;
            return answer.EnsureSuccess();
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or RefusedException)
        {
            throw new AdminFailedException(
                $"queue {queue.QueueId} of {queue.BrokerName} at {queue.Address} cannot be read: {failure.Message}",
                failure
            );
        }
    }

    void Compare(ReadOnlySpan<byte> messages)
    {
        while (!messages.IsEmpty)
        {
            var problem = MessageView.Read(messages, out var message);
            if (problem != MessageProblem.None)
                throw new AdminFailedException($"a received message is damaged: {problem}");
            messages = messages[message.TotalSize..];
            if (!message.TryGetProperty(PropertyNames.Keys, out var key))
                continue;
            if (!bodies.TryIndex(Encoding.UTF8.GetString(key), out int index))
                continue;
            if (!message.Body.SequenceEqual(bodies.Make(index)))
                throw new AdminFailedException($"message {index} came back with another body");
            seen.TryAdd(index, true);
        }
    }

    /// <summary>So that the group has no backlog of ours.</summary>
    async Task CommitAsync(CheckQueue queue, long offset)
    {
        var fields = new FieldList
        {
            { "consumerGroup", options.Group },
            { "topic", options.Topic },
            { "queueId", queue.QueueId },
            { "commitOffset", offset },
        };
        try
        {
            using var limit = new CancellationTokenSource(RemotingClientSettings.DefaultTimeout, time);
            await cluster
                .InvokeAsync(
                    queue.Address,
                    RequestCode.UpdateConsumerOffset,
                    fields,
                    default,
                    RemotingClientSettings.DefaultTimeout,
                    limit.Token
                )
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
        {
            throw new AdminFailedException(
                $"the offset of client {clientId} was not committed: {failure.Message}",
                failure
            );
        }
    }
}

using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.KubeClient.Resources;

namespace Operator.KubeClient.Informers;

/// <summary>
/// Keeps a cache equal to the server's objects of one kind: lists once, then watches for ever, and reports every
/// difference to its subscribers. Deletions that happen while no watch is open are found by comparing the next list.
/// Reading the cache costs no call; what it holds is as old as <see cref="Age"/> says.
/// </summary>
public sealed class Informer<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);

    static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A watch that lived so long was a good one: what ended it is not the continuation of an older fault.
    /// </summary>
    static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    readonly ResourceClient<T> client;
    readonly InformerOptions<T> options;
    readonly TimeProvider time;
    readonly Random random;
    readonly ILogger logger;
    readonly Subscriptions<T> subscriptions;
    readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    string? version;
    long lastWord;
    volatile string? refusal;

    /// <param name="random">For delays; used by this informer alone.</param>
    public Informer(
        ResourceClient<T> client,
        InformerOptions<T> options,
        TimeProvider timeProvider,
        Random random,
        ILogger logger
    )
    {
        (this.client, this.options, time, this.random, this.logger) = (client, options, timeProvider, random, logger);
        Cache = new ObjectCache<T>(options.Indexes);
        subscriptions = new Subscriptions<T>(client, timeProvider, logger);
        lastWord = time.GetTimestamp();
        client.Meters.Age(client.Resource, options.Namespace, () => Age.TotalSeconds);
    }

    public ObjectCache<T> Cache { get; }

    /// <summary>The namespace that it watches; null for all.</summary>
    public string? Namespace => options.Namespace;

    /// <summary>
    /// Why the server does not let this client see the objects any more, or yet: then the cache is what it was. Null
    /// while it lets it.
    /// </summary>
    public string? Refusal => refusal;

    /// <summary>
    /// Whether the first list is in the cache, or the server has refused it for one namespace: that namespace may be
    /// gone, and others do not wait for it.
    /// </summary>
    public bool HasSynced => synced.Task.IsCompletedSuccessfully;

    /// <summary>
    /// Time since the server last said anything: an event, a bookmark, a list, a refusal, that it accepts the watch, or
    /// that it is there when it was asked.
    /// </summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref lastWord));

    /// <summary>Completes when the first list is in the cache and was reported, or refused as above.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <summary>
    /// Calls <paramref name="handler"/> with every object known now and then with every change, one at a time and
    /// in order per object. It must be quick, normally put a key into a queue. When it throws, it is called again a
    /// second later with the newest state, until it does not.
    /// </summary>
    public void Subscribe(Action<CacheChange<T>> handler) => subscriptions.Add(handler, Cache);

    /// <summary>Lists and watches until cancelled; nothing else ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var redelivery = subscriptions.Start();
        var backoff = new Backoff(FirstRetry, LongestRetry, random);
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            Exception? error = null;
            try
            {
                if (version is null)
                    await ListAsync(cancellationToken);
                await WatchAsync(cancellationToken);
            }
            catch (Exception e)
                when (cancellationToken.IsCancellationRequested
                    && e is OperationCanceledException or ObjectDisposedException
                )
            {
                return;
            }
            catch (Exception e)
            {
                error = e;
            }
            if (error is HttpOperationException refused)
                Refused(refused);
            if (time.GetElapsedTime(began) >= Healthy)
                backoff.Reset();
            await RestAsync(error, backoff.Next(), cancellationToken);
        }
    }

    async Task RestAsync(Exception? error, TimeSpan delay, CancellationToken cancellationToken)
    {
        var reason = Reason(error);
        if (reason == "expired")
            version = null;
        client.Meters.WatchRestart(client.Resource, reason);
        if (
            error
            is null
                or KubernetesException
                or HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden }
        )
            KubeLog.WatchEnded(logger, client.Resource.ToString(), reason, (long)delay.TotalMilliseconds);
        else
            KubeLog.WatchFailed(logger, error, client.Resource.ToString(), reason, (long)delay.TotalMilliseconds);
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Refused(HttpOperationException error)
    {
        Heard();
        if (error.Response?.StatusCode != HttpStatusCode.Forbidden)
            return;
        if (refusal is null)
            KubeLog.WatchRefused(logger, client.Resource.ToString(), error.Message);
        refusal = error.Message;
        if (options.Namespace is not null)
            synced.TrySetResult();
    }

    async Task ListAsync(CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(
            options.Namespace,
            options.LabelSelector,
            options.FieldSelector,
            cancellationToken
        );
        foreach (var entity in list.Items)
            Trim(entity);
        client.Meters.List(client.Resource);
        KubeLog.Listed(logger, list.Items.Count, client.Resource.ToString(), list.ResourceVersion);
        // Only now, with every page: an object on a later page is not gone.
        subscriptions.Deliver(() => Cache.Replace(list.Items));
        version = list.ResourceVersion;
        Opened();
        synced.TrySetResult();
    }

    async Task WatchAsync(CancellationToken cancellationToken)
    {
        var length = options.ShortestWatch + (options.LongestWatch - options.ShortestWatch) * random.NextDouble();
        using var watchdog = new CancellationTokenSource(length + options.Grace, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watchdog.Token);
        var watch = new WatchOptions
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = version,
            Timeout = length,
            Opened = Opened,
        };
        var doubts = DoubtAsync(watchdog, linked.Token);
        try
        {
            await foreach (var (type, entity) in client.WatchAsync(watch, linked.Token))
            {
                Heard();
                Take(type, entity);
                watchdog.CancelAfter(length + options.Grace);
            }
        }
        catch (Exception e) when (watchdog.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the watch of {client.Resource} said nothing for {Age.TotalSeconds:0} s", e);
        }
        finally
        {
            await linked.CancelAsync();
            await doubts;
        }
    }

    /// <summary>
    /// Asks the server whenever the watch has been silent for long, and ends the watch when it does not answer. A
    /// connection that is dead while others to the same server live is found by the pings of HTTP/2, and at the latest
    /// when the watch's time is over.
    /// </summary>
    async Task DoubtAsync(CancellationTokenSource watchdog, CancellationToken cancellationToken)
    {
        var opened = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var open = time.GetElapsedTime(opened);
            var left = options.Silence - (open < Age ? open : Age);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else if (await IsThereAsync(cancellationToken))
                Heard();
            else
                await watchdog.CancelAsync();
        }
    }

    async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.AskAsync(options.Namespace, options.LabelSelector, options.FieldSelector, cancellationToken);
            return true;
        }
        catch (HttpOperationException)
        {
            return true; // a refusal is a word too, and what it is about shows when the watch is opened again
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    void Take(WatchEventType type, T entity)
    {
        Trim(entity);
        switch (type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                subscriptions.Deliver(() => Cache.Set(entity));
                break;
            case WatchEventType.Deleted:
                subscriptions.Deliver(() => Cache.Remove(entity));
                break;
        }
        // On every event, not only on bookmarks: the next watch would replay, or begin too far back.
        if (entity.ResourceVersion() is { Length: > 0 } seen)
            version = seen;
    }

    void Trim(T entity)
    {
        if (!options.KeepManagedFields)
            entity.Metadata.ManagedFields = null;
        options.Trim?.Invoke(entity);
    }

    void Opened()
    {
        refusal = null;
        Heard();
    }

    void Heard() => Volatile.Write(ref lastWord, time.GetTimestamp());

    static string Reason(Exception? error) =>
        error switch
        {
            null => "ended",
            KubernetesException { Status: { } status }
                when status.Code == (int)HttpStatusCode.Gone || status.Reason is "Expired" or "Gone" => "expired",
            HttpOperationException { Response.StatusCode: HttpStatusCode.Gone } => "expired",
            KubernetesException or HttpOperationException => "refused",
            TimeoutException => "silent",
            _ => "broken",
        };
}

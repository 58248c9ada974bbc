using Microsoft.AspNetCore.Http;

namespace Scenarios.ApiServer;

/// <summary>The open watches, and what can be done to them from outside.</summary>
public sealed class Watches
{
    readonly ObjectStore store;
    readonly ApiServerOptions options;
    readonly List<OpenWatch> open = [];

    internal Watches(ObjectStore store, ApiServerOptions options)
    {
        (this.store, this.options) = (store, options);
        store.Happened += happened =>
        {
            foreach (var watch in open)
                watch.Tell(happened);
        };
    }

    /// <param name="resource">Of this resource; of all when null.</param>
    public int Count(string? resource = null) => Of(resource).Count;

    /// <summary>Breaks the connections.</summary>
    public void Cut(string? resource = null) => Of(resource).ForEach(w => w.Cut());

    /// <summary>Ends the streams in order, as the server does when their time is over.</summary>
    public void End(string? resource = null) => Of(resource).ForEach(w => w.End());

    /// <summary>Leaves the connections open, and sends nothing over them for ever.</summary>
    public void Stall(string? resource = null) => Of(resource).ForEach(w => w.Stall());

    /// <summary>Ends the streams with an event that says that they began too far back.</summary>
    public void Expire(string? resource = null) =>
        Of(resource)
            .ForEach(w => w.Fail(ApiException.Expired("The resourceVersion for the provided watch is too old.")));

    /// <summary>Sends a bookmark now.</summary>
    public void Bookmark(string? resource = null)
    {
        lock (store.Gate)
        {
            foreach (var watch in open.Where(w => resource is null || w.Type.Name == resource))
                watch.Bookmark(store.Version);
        }
    }

    internal async Task ServeAsync(HttpContext context, ResourceType type, ApiPath path, Selector selector)
    {
        var query = context.Request.Query;
        var watch = new OpenWatch(type, path.Namespace, selector);
        Begin(watch, type, path, query["resourceVersion"].ToString());
        var limit = int.TryParse(query["timeoutSeconds"], out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromMinutes(30);
        try
        {
            using var end = options.Time.CreateTimer(_ => watch.End(), null, limit, Timeout.InfiniteTimeSpan);
            using var bookmarks =
                query["allowWatchBookmarks"] == "true"
                    ? options.Time.CreateTimer(_ => Bookmark(watch), null, options.BookmarkEvery, options.BookmarkEvery)
                    : null;
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, watch.Broken);
            context.Response.ContentType = "application/json";
            // The head goes out at once: a watch without events must still look accepted.
            await context.Response.Body.FlushAsync(gone.Token);
            await foreach (var line in watch.Lines.ReadAllAsync(gone.Token))
            {
                await context.Response.Body.WriteAsync(line, gone.Token);
                await context.Response.Body.FlushAsync(gone.Token);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            lock (store.Gate)
                open.Remove(watch);
        }
    }

    void Begin(OpenWatch watch, ResourceType type, ApiPath path, string version)
    {
        lock (store.Gate)
        {
            if (version is "" or "0")
            {
                foreach (var existing in store.List(type, path.Namespace))
                    watch.Begin(existing);
            }
            else
            {
                try
                {
                    foreach (var happened in store.Since(long.Parse(version)))
                        watch.Tell(happened);
                }
                catch (ApiException e) when (e.Code == 410)
                {
                    watch.Fail(e); // within the stream, as the real server does
                }
            }
            open.Add(watch);
        }
    }

    void Bookmark(OpenWatch watch)
    {
        lock (store.Gate)
            watch.Bookmark(store.Version);
    }

    List<OpenWatch> Of(string? resource)
    {
        lock (store.Gate)
            return [.. open.Where(w => resource is null || w.Type.Name == resource)];
    }
}

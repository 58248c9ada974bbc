using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Operator.KubeClient.Resources;
using Scenarios;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Transport;

public sealed class TransportTests
{
    [Fact]
    public async Task A_refusal_says_what_was_asked_what_came_back_and_which_right_may_be_missing()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Add(new FaultRule(Fault.Forbidden) { Verb = "create", Resource = "configmaps" });
        var error = await Assert.ThrowsAsync<HttpOperationException>(() =>
            cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"))
        );
        Assert.Equal(HttpStatusCode.Forbidden, error.Response!.StatusCode);
        Assert.Equal("Forbidden", Assert.IsType<V1Status>(error.Body).Reason);
        Assert.Equal(403, Assert.IsType<KubernetesException>(error.InnerException).Status!.Code);
        Assert.Contains("POST /api/v1/namespaces/default/configmaps: 403", error.Message, StringComparison.Ordinal);
        Assert.Contains("the verb create on configmaps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_is_asked_again_after_it()
    {
        var time = new ManualTime();
        await using var cluster = await Cluster.StartAsync(time: time);
        cluster.Server.Faults.Add(new FaultRule(Fault.TooManyRequests(7)) { Times = 1 });
        var create = cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"));
        await Eventually.TrueAsync(() => cluster.Server.Calls.Count("create") == 1);
        await time.AdvanceUntilAsync(() => create.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.Equal("a", (await create).Name());
        Assert.Equal([429, 201], cluster.Server.Calls.All.Select(c => c.Code));
    }

    [Fact]
    public async Task A_server_that_keeps_asking_for_patience_is_left_to_the_back_off_of_the_caller()
    {
        var time = new ManualTime();
        await using var cluster = await Cluster.StartAsync(time: time);
        cluster.Server.Faults.Everything(Fault.TooManyRequests(1));
        var get = cluster.ConfigMaps.GetAsync("a", "default");
        await time.AdvanceUntilAsync(() => get.IsCompleted, TimeSpan.FromMilliseconds(500));
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => get);
        Assert.Equal(HttpStatusCode.TooManyRequests, error.Response!.StatusCode);
        Assert.Equal(4, cluster.Server.Calls.Count("get"));
    }

    [Fact]
    public async Task An_error_without_a_delay_is_not_repeated()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Everything(Fault.InternalError);
        await Assert.ThrowsAsync<HttpOperationException>(() => cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Equal(1, cluster.Server.Calls.Count("get"));
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_with_its_deadline()
    {
        var time = new ManualTime();
        await using var cluster = await Cluster.StartAsync(time: time);
        cluster.Server.Faults.Everything(Fault.HalfOpen);
        var get = cluster.ConfigMaps.GetAsync("a", "default");
        await Eventually.TrueAsync(() => cluster.Server.Calls.Count("get") == 1);
        time.Advance(TimeSpan.FromSeconds(99));
        Assert.False(get.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => get);
    }

    [Fact]
    public async Task A_watch_outlives_the_deadline_of_calls()
    {
        var time = new ManualTime();
        await using var cluster = await Cluster.StartAsync(time: time);
        var opened = new TaskCompletionSource();
        await using var watch = cluster
            .ConfigMaps.WatchAsync(new WatchOptions { ResourceVersion = "0", Opened = opened.SetResult })
            .GetAsyncEnumerator();
        var next = watch.MoveNextAsync();
        await opened.Task;
        time.Advance(TimeSpan.FromHours(1));
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        Assert.True(await next);
        Assert.Equal("a", watch.Current.Object.Name());
    }

    [Fact]
    public async Task A_broken_connection_is_an_error_of_the_request()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Everything(Fault.Cut);
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a")));
    }

    [Fact]
    public async Task The_caller_can_stop_waiting()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Everything(Fault.HalfOpen);
        using var stop = new CancellationTokenSource();
        var get = cluster.ConfigMaps.GetAsync("a", "default", stop.Token);
        await Eventually.TrueAsync(() => cluster.Server.Calls.Count("get") == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task Whoever_has_a_token_shows_it()
    {
        var options = new ApiServerOptions { Authorize = header => header == "Bearer secret" };
        await using var cluster = await Cluster.StartAsync(options, configure: c => c.AccessToken = "secret");
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.StartsWith("Operator.Tests/", cluster.Server.Calls.All[0].UserAgent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_and_a_password_go_as_basic_authorization()
    {
        var options = new ApiServerOptions
        {
            Authorize = header => header == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:päss")),
        };
        await using var cluster = await Cluster.StartAsync(
            options,
            configure: c => (c.Username, c.Password) = ("me", "päss")
        );
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Without_the_right_identity_the_error_says_so()
    {
        await using var cluster = await Cluster.StartAsync(new ApiServerOptions { Authorize = _ => false });
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.Contains("credentials", error.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;
using Operator.KubeClient;
using Operator.KubeClient.Resources;

namespace Operator.Tests.KubeClient.Resources;

public sealed class WatchLinesTests
{
    const string Added = """{"type":"ADDED","object":{"metadata":{"name":"a"}}}""";

    [Fact]
    public async Task The_type_may_come_after_the_object()
    {
        var events = await ReadAsync("""{"object":{"metadata":{"name":"a"}},"type":"MODIFIED"}""" + "\n");
        Assert.Equal((WatchEventType.Modified, "a"), (events[0].Type, events[0].Object.Name()));
    }

    [Fact]
    public async Task A_line_may_arrive_in_any_pieces()
    {
        var text = string.Concat(Enumerable.Repeat(Added + "\n", 5));
        for (var size = 1; size < 60; size += 7)
            Assert.Equal(5, (await ReadAsync(text, size)).Count);
    }

    [Fact]
    public async Task The_last_line_needs_no_line_break() => Assert.Single(await ReadAsync(Added));

    [Fact]
    public async Task Empty_lines_and_events_of_an_unknown_type_are_passed_over() =>
        Assert.Single(await ReadAsync("\n" + """{"type":"FUTURE","object":{"metadata":{}}}""" + "\n\n" + Added + "\n"));

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":""")]
    [InlineData("<html>")]
    [InlineData("[]")]
    public async Task A_torn_line_is_an_error(string line) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(Added + "\n" + line));

    [Fact]
    public async Task A_line_without_end_is_refused_at_a_limit() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(new string(' ', 17 << 20), 1 << 20));

    [Fact]
    public async Task An_error_is_thrown_wherever_its_type_stands()
    {
        var error = await Assert.ThrowsAsync<KubernetesException>(() =>
            ReadAsync("""{"object":{"kind":"Status","code":410,"reason":"Expired"},"type":"ERROR"}""")
        );
        Assert.Equal("Expired", error.Status!.Reason);
    }

    static async Task<List<WatchEvent<V1ConfigMap>>> ReadAsync(string body, int pieces = int.MaxValue)
    {
        var configuration = new KubernetesClientConfiguration { Host = "http://nowhere.invalid" };
        using var client = new Kubernetes(
            configuration,
            TimeProvider.System,
            KubeMeters.Unread(),
            new Canned(body, pieces)
        );
        var events = new List<WatchEvent<V1ConfigMap>>();
        await foreach (var one in client.Resources<V1ConfigMap>().WatchAsync(new WatchOptions()))
            events.Add(one);
        return events;
    }

    sealed class Canned(string body, int pieces) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StreamContent(new InPieces(Encoding.UTF8.GetBytes(body), pieces)),
                }
            );
    }

    /// <summary>A stream that gives at most so many bytes for each read.</summary>
    sealed class InPieces(byte[] content, int pieces) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieces)], cancellationToken);
    }
}

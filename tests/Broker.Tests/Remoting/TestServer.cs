using System.Net;
using Broker.Protocol;
using Broker.Remoting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Remoting;

/// <summary>
/// A server on a port of the system's choice. Code 1000 answers its own body and fields, 1001 fails, 1002 refuses,
/// 1003 keeps its
/// token in <see cref="Held"/>.
/// </summary>
sealed class TestServer : IAsyncDisposable
{
    public const int Echo = 1000;
    public const int Fails = 1001;
    public const int Refuses = 1002;
    public const int Holds = 1003;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public TestServer(RemotingOptions? options = null, TimeProvider? time = null, ProcessorTable? table = null)
    {
        Table = table ?? new ProcessorTable();
        Table
            .Map((RequestCode)Echo, EchoBack)
            .Map((RequestCode)Fails, _ => throw new InvalidOperationException("broken on purpose"))
            .Map((RequestCode)Refuses, _ => throw new RefusedException(ResponseCode.NoPermission, "not for you"))
            .Map((RequestCode)Holds, request => Hold(request.Token));
        Server = new RemotingServer(
            options ?? new RemotingOptions(),
            Table,
            new RemotingMetrics(Meters, "test"),
            time ?? TimeProvider.System,
            NullLogger.Instance
        );
        Address = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public CountedMeters Meters { get; } = new();

    public ProcessorTable Table { get; }

    public RemotingServer Server { get; }

    public IPEndPoint Address { get; }

    public List<ReplyToken> Held { get; } = [];

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Address);

    public long Closed(string reason) => Meters["rocketmq_connections_closed_total", reason];

    /// <summary>Waits for what another thread is about to do.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, "Waited in vain for " + what);
            await Task.Yield();
        }
    }

    public Task UntilHeldAsync(int count) => UntilAsync(() => HeldCount() >= count, "requests");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Meters.Dispose();
    }

    static void EchoBack(Request request)
    {
        var reply = request.Begin(ResponseCode.Success, request.Remark);
        for (int i = 0; i < request.Fields.Count; i++)
            reply.Field(request.Fields.NameAt(i), request.Fields.ValueAt(i));
        reply.Send(request.Body);
    }

    void Hold(in ReplyToken token)
    {
        lock (Held)
            Held.Add(token);
    }

    int HeldCount()
    {
        lock (Held)
            return Held.Count;
    }
}

using System.Text;
using Broker.Protocol;
using Broker.Tests.Store;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Groups;

/// <summary>What a disk without room must not keep anybody from: reading.</summary>
public sealed class FullDiskTests
{
    readonly ForgetfulFileSystem _files = new();
    readonly Remoting.SteppedTime _time = new();

    [Fact]
    public async Task A_new_group_reads_and_joins_and_is_written_when_there_is_room_again()
    {
        using var folder = new TestFolder();
        await using (var broker = await StartAsync(folder.Path, _time, _files))
        {
            (await broker.SendAsync("orders", "x")).EnsureSuccess();
            _files.BeforeWrite = path =>
            {
                if (path.Contains("/config/", StringComparison.Ordinal))
                    throw new IOException("No space left on device");
            };
            Assert.Equal("x", Assert.Single(Messages(await broker.PullAsync("orders", group: "newcomers"))).Text);
            var joined = await broker.Client.InvokeAsync(RequestCode.HeartBeat, null, Heartbeat("others"), Patience);
            joined.EnsureSuccess();
            Assert.True(broker.Node.Consumers.TryGet("others"u8, out _));

            _files.BeforeWrite = _ => { };
            await UntilAsync(() =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return _files.FileExists(Path.Combine(folder.Path, "store/config/subscriptionGroup.json"))
                    && Written(folder.Path).Contains("newcomers", StringComparison.Ordinal);
            });
            Assert.Contains("others", Written(folder.Path), StringComparison.Ordinal);
        }
    }

    string Written(string folder)
    {
        using var file = _files.Open(Path.Combine(folder, "store/config/subscriptionGroup.json"), readOnly: true);
        var content = new byte[file.Length];
        return Encoding.UTF8.GetString(content, 0, file.Read(content, 0));
    }

    static byte[] Heartbeat(string group) =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"clientID":"c@1","producerDataSet":[],"consumerDataSet":[{"groupName":"{{group}}",
            "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING","consumeFromWhere":"CONSUME_FROM_LAST_OFFSET",
            "subscriptionDataSet":[],"unitMode":false}]}
            """
        );
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class MessageVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    const string Columns = "ID TAGS KEYS QUEUE ID QUEUE OFFSET STORED";

    [Fact]
    public async Task A_sent_message_is_found_by_all_its_names()
    {
        await cluster.TopicAsync("found");
        var sent = await cluster.JsonAsync([
            "sendMessage",
            "-t",
            "found",
            "-p",
            "grüße",
            "-k",
            "one two",
            "-c",
            "tag",
            "-b",
            "broker-a",
            "-i",
            "1",
        ]);
        sent = sent.GetProperty("sent");
        Assert.Equal(1, sent.GetProperty("queueId").GetInt32());
        Assert.Equal(0, sent.GetProperty("queueOffset").GetInt64());
        string id = sent.GetProperty("id").GetString()!;
        string[][] ways =
        [
            ["queryMsgById", "-t", "found", "-i", id],
            ["queryMsgByOffset", "-t", "found", "-b", "broker-a", "-i", "1", "-o", "0"],
        ];
        foreach (string[] way in ways)
        {
            await Eventually.TrueAsync(async () => (await cluster.AdminAsync(way)).Exit == 0);
            var shown = await cluster.JsonAsync(way);
            var message = shown.GetProperty("message");
            Assert.Equal("grüße", message.GetProperty("body").GetString());
            Assert.Equal("one two", message.GetProperty("keys").GetString());
            Assert.Equal("tag", message.GetProperty("tags").GetString());
            Assert.Equal(id, message.GetProperty("offsetId").GetString());
            Assert.Equal(cluster.BrokerAddress, message.GetProperty("storeHost").GetString());
        }
        foreach (string key in (string[])["one", "two"])
        {
            await Eventually.TrueAsync(async () =>
                (await cluster.AdminAsync("queryMsgByKey", "-t", "found", "-k", key)).Exit == 0
            );
            var lines = (await cluster.AdminAsync("queryMsgByKey", "-t", "found", "-k", key)).Lines;
            Assert.Equal(Columns, lines[0]);
            Assert.Contains(" tag one two 1 0 ", lines[1]);
        }
    }

    [Fact]
    public async Task A_message_is_found_by_the_id_that_its_sender_gave()
    {
        const string id = "7F000001003B18B4AAC23E7E5E91000A";
        await cluster.TopicAsync("unique");
        await cluster.Broker.SendAsync("unique", "first", 0, $"UNIQ_KEY={id}");
        await cluster.Broker.SendAsync("unique", "again", 1, $"UNIQ_KEY={id}");
        string[] all = ["queryMsgByUniqueKey", "-t", "unique", "-i", id, "-a"];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(all)).Lines.Length == 3);
        var both = (await cluster.JsonAsync(all)).GetProperty("messages").EnumerateArray();
        Assert.Equal(["first", "again"], both.Select(one => one.GetProperty("body").GetString()));
        foreach (string verb in (string[])["queryMsgByUniqueKey", "queryMsgById"])
        {
            var one = await cluster.JsonAsync(verb, "-t", "unique", "-i", id);
            Assert.Equal(id, one.GetProperty("message").GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task Tracks_tell_who_is_past_a_message_and_who_is_not()
    {
        await cluster.TopicAsync("tracked", queues: 1);
        await cluster.Broker.SendAsync("tracked", "body", 0, "TAGS=blue");
        await using var done = await cluster.MemberAsync("done", "tracked", "blue");
        await using var other = await cluster.MemberAsync("other", "tracked", "red");
        await cluster.GroupAsync("gone");
        await cluster.CommitAsync("done", "tracked", 0, 1);
        await cluster.CommitAsync("other", "tracked", 0, 1);
        await cluster.CommitAsync("gone", "tracked", 0, 0);
        string[] way = ["queryMsgByOffset", "-t", "tracked", "-b", "broker-a", "-i", "0", "-o", "0"];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(way)).Exit == 0);
        var lines = (await cluster.AdminAsync(way)).Lines;
        Assert.Contains("done consumed", lines);
        Assert.Contains("other passed over: its tag is not subscribed", lines);
        Assert.Contains("gone not yet, nobody is online", lines);
    }

    [Theory]
    [InlineData("queryMsgById -i 00000000000000000000000000000000", "there is no message 0000")]
    [InlineData("queryMsgById -i nonsense", "there is no message nonsense in missing")]
    [InlineData("queryMsgByUniqueKey -i nonsense", "there is no message nonsense in missing")]
    [InlineData("queryMsgByUniqueKey -a -i nonsense", "there is no message nonsense in missing")]
    [InlineData("queryMsgByKey -k nonsense", "there is no message with key nonsense in missing")]
    [InlineData(
        "queryMsgByOffset -b broker-a -i 0 -o 7",
        "queue 0 of missing on broker-a has no offset 7; it has none"
    )]
    [InlineData("queryMsgByOffset -b broker-z -i 0 -o 7", "missing has no queue on broker broker-z; it is on broker-a")]
    [InlineData("queryMsgByOffset -b broker-a -i 9 -o 7", "missing has no queue 9 there")]
    [InlineData("sendMessage -p x -b broker-z", "missing has no queue that can be written on broker-z")]
    [InlineData("sendMessage -p x -b broker-a -i 9", "missing has no queue 9 on broker-a")]
    public async Task What_is_not_there_is_said_so(string line, string words)
    {
        await cluster.TopicAsync("missing");
        (await cluster.AdminAsync([.. line.Split(' '), "-t", "missing"])).IsRefused(words);
    }

    [Fact]
    public async Task Printing_goes_through_every_queue_and_chooses_by_tag()
    {
        await cluster.TopicAsync("printed");
        const int each = 40;
        for (int i = 0; i < 2 * each; i++)
            await cluster.Broker.SendAsync("printed", $"body {i}", i % 2, $"TAGS={(i < each ? "old" : "new")}");
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("printMsg", "-t", "printed")).Lines.Length == (2 * each) + 1
        );
        Assert.Equal(Columns, (await cluster.AdminAsync("printMsg", "-t", "printed")).Lines[0]);
        var chosen = await cluster.JsonAsync("printMsg", "-t", "printed", "-s", "new || other", "-d", "true");
        var bodies = chosen.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("body").GetString());
        Assert.Equal(Enumerable.Range(each, each).Select(i => $"body {i}").Order(), bodies.Order());
        var queue = await cluster.AdminAsync(
            "printMsgByQueue",
            "-t",
            "printed",
            "-a",
            "broker-a",
            "-i",
            "1",
            "-d",
            "true"
        );
        Assert.Equal(each + 1, queue.Lines.Length);
        Assert.EndsWith("body 1", queue.Lines[1]);
        Assert.Equal(
            ["TAG MESSAGES", $"new {each / 2}", $"old {each / 2}"],
            (
                await cluster.AdminAsync("printMsgByQueue", "-t", "printed", "-a", "broker-a", "-i", "1", "-f", "true")
            ).Lines
        );
        var none = await cluster.AdminAsync("printMsg", "-t", "printed", "-e", "1000");
        Assert.Equal([Columns], none.Lines);
    }

    [Fact]
    public async Task Consuming_begins_and_ends_where_it_is_told()
    {
        await cluster.TopicAsync("read", queues: 1);
        for (int i = 0; i < 6; i++)
            await cluster.Broker.SendAsync("read", $"body {i}");
        string[] all = ["consumeMessage", "-t", "read"];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(all)).Lines.Length == 7);
        var some = await cluster.JsonAsync([.. all, "-b", "broker-a", "-i", "0", "-o", "2", "-c", "3"]);
        Assert.Equal(
            ["body 2", "body 3", "body 4"],
            some.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("body").GetString())
        );
    }

    [Fact]
    public async Task A_packed_body_is_shown_unpacked_and_one_that_is_no_text_by_its_size()
    {
        await cluster.TopicAsync("packed", queues: 1);
        using var packed = new MemoryStream();
        using (var pack = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            pack.Write(Encoding.UTF8.GetBytes("the text"));
        await cluster.Broker.SendAsync("packed", packed.ToArray(), 0, "", ("sysFlag", SysFlag.Compressed));
        await cluster.Broker.SendAsync("packed", [0xFF, 0xFE, 0x00]);
        await cluster.Broker.SendAsync("packed", [0x78, 0x00], 0, "", ("sysFlag", SysFlag.Compressed));
        string[] all = ["consumeMessage", "-t", "packed"];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(all)).Lines.Length == 4);
        var bodies = (await cluster.JsonAsync(all))
            .GetProperty("messages")
            .EnumerateArray()
            .Select(one => one.GetProperty("body").GetString());
        Assert.Equal(["the text", "(3 bytes that are no text)", "x\0"], bodies);
    }

    [Fact]
    public async Task A_trace_is_put_together_from_the_reports_of_clients()
    {
        const string id = "7F000001003B18B4AAC23E7E5E91000B";
        const string topic = "traces";
        await cluster.TopicAsync(topic, queues: 1);
        string pub = Report(
            "Pub",
            "1000",
            "region",
            "writers",
            "orders",
            id,
            "tag",
            "key",
            "host",
            "5",
            "12",
            "0",
            "offset",
            "true",
            "10.0.0.7"
        );
        string after = Report("SubAfter", "request", id, "3", "false", "key", "0", "2000", "readers");
        string strange = Report(
            "Pub",
            "1000",
            "region",
            "writers",
            "orders",
            "other",
            "",
            "",
            "",
            "5",
            "12",
            "0",
            "o",
            "true"
        );
        await cluster.Broker.SendAsync(topic, pub + after + strange + "nonsense", 0, $"KEYS={id}");
        string[] verb = ["queryMsgTraceById", "-i", id, "-t", topic];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(verb)).Exit == 0);
        var traces = (await cluster.JsonAsync(verb)).GetProperty("traces").EnumerateArray().ToList();
        Assert.Equal(["send", "consumed"], traces.Select(one => one.GetProperty("kind").GetString()));
        Assert.Equal(["writers", "readers"], traces.Select(one => one.GetProperty("group").GetString()));
        Assert.Equal([12, 3], traces.Select(one => one.GetProperty("costMs").GetInt32()));
        Assert.Equal(["ok", "failed"], traces.Select(one => one.GetProperty("status").GetString()));
        Assert.Equal(JsonValueKind.Null, traces[1].GetProperty("client").ValueKind);
        (await cluster.AdminAsync("queryMsgTraceById", "-i", "nonsense", "-t", topic)).IsRefused(
            $"nobody reported message nonsense in {topic}"
        );
    }

    static string Report(params string[] fields) => string.Join((char)1, fields) + (char)2;
}

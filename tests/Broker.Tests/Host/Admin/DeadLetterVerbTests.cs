using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class DeadLetterVerbTests(AdminCluster cluster) : DeadLetterTest(cluster)
{
    [Fact]
    public async Task An_exported_letter_has_nine_columns_that_tell_what_it_was()
    {
        await KillAsync("exported", "the body", $"UNIQ_KEY={Id} KEYS=a\"b,c TAGS=red mine=grüße");
        string[] verb = ["exportDeadLetters", "-g", "exported"];
        await LettersAsync("exported", 1);
        var exported = await Cluster.AdminAsync(verb);
        Assert.Equal(0, exported.Exit);
        string[][] lines = Csv(exported.Output);
        Assert.Equal(2, lines.Length);
        Assert.Equal(
            "topic msgId bornHost bornTimestamp storeTimestamp reconsumeTimes properties body bodyCRC".Split(' '),
            lines[0]
        );
        string[] cells = lines[1];
        Assert.Equal(9, cells.Length);
        Assert.Equal("exported", cells[0]);
        Assert.Equal(Id, cells[1]);
        Assert.StartsWith("127.0.0.1:", cells[2]);
        Assert.Equal("1700000000000", cells[3]);
        var letter = (await LettersAsync("exported", 1))[0];
        Assert.Equal($"{letter.GetProperty("dead").GetInt64()}", cells[4]);
        Assert.Equal("1", cells[5]);
        var properties = JsonDocument.Parse(cells[6]).RootElement;
        Assert.Equal("a\"b,c", properties.GetProperty("KEYS").GetString());
        Assert.Equal("grüße", properties.GetProperty("mine").GetString());
        Assert.Equal("exported", properties.GetProperty("DLQ_ORIGIN_TOPIC").GetString());
        Assert.Equal("the body", Encoding.UTF8.GetString(Convert.FromBase64String(cells[7])));
        Assert.Equal($"{Crc32.OfBody("the body"u8)}", cells[8]);
    }

    [Fact]
    public async Task A_packed_body_is_exported_unpacked_and_resent_packed()
    {
        using var packed = new MemoryStream();
        using (var pack = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            pack.Write("the text"u8);
        await KillAsync("packed", packed.ToArray(), "", ("sysFlag", SysFlag.Compressed));
        await LettersAsync("packed", 1);
        string[] cells = Csv((await Cluster.AdminAsync("exportDeadLetters", "-g", "packed")).Output)[1];
        Assert.Equal("the text", Encoding.UTF8.GetString(Convert.FromBase64String(cells[7])));
        Assert.Equal($"{Crc32.OfBody("the text"u8)}", cells[8]);
        var resent = await Cluster.AdminAsync("resendDeadLetters", "-g", "packed", "-i", cells[1]);
        Assert.True(resent.Exit == 0, resent.Error);
        var again = Assert.Single(await Cluster.Broker.AwaitAsync("%RETRY%packed", group: "packed"));
        Assert.Equal(packed.ToArray(), again.Body);
        Assert.Equal(SysFlag.Compressed, again.SysFlag);
    }

    [Fact]
    public async Task A_resent_letter_comes_untried_and_under_its_id_and_stays_among_the_dead()
    {
        await KillAsync(
            "resent",
            "body",
            $"UNIQ_KEY={Id} KEYS=key TAGS=red mine=yes __STARTDELIVERTIME=1000 PGROUP=writers",
            ("flag", 7),
            ("reconsumeTimes", 3)
        );
        await LettersAsync("resent", 1);
        string[] verb = ["resendDeadLetters", "-g", "resent", "-i", Id];
        Assert.Equal(
            ["TOPIC ID BROKER QUEUE ID QUEUE OFFSET", $"resent {Id} broker-a 0 0"],
            (await Cluster.AdminAsync(verb)).Lines
        );
        var again = Assert.Single(await Cluster.Broker.AwaitAsync("%RETRY%resent", group: "resent"));
        Assert.Equal("body", again.Text);
        Assert.Equal(0, again.ReconsumeTimes);
        Assert.Equal(7, again.Flag);
        Assert.Equal(1_700_000_000_000, again.BornTimestamp);
        Assert.Equal("resent", again.Properties["RETRY_TOPIC"]);
        Assert.Equal(Id, again.Properties["UNIQ_KEY"]);
        Assert.Equal("key", again.Properties["KEYS"]);
        Assert.Equal("red", again.Properties["TAGS"]);
        Assert.Equal("yes", again.Properties["mine"]);
        Assert.DoesNotContain("DLQ_ORIGIN_TOPIC", again.Properties.Keys);
        Assert.DoesNotContain("__STARTDELIVERTIME", again.Properties.Keys);
        await LettersAsync("resent", 1);

        // It fails once more: another letter of the same id, of which a single resend takes the last.
        await SendBackAsync("resent", again.Position);
        var both = await LettersAsync("resent", 2);
        Assert.All(both, one => Assert.Equal(Id, one.GetProperty("id").GetString()));
        Assert.All(both, one => Assert.Equal("resent", one.GetProperty("topic").GetString()));
        Assert.Equal([4, 1], both.Select(one => one.GetProperty("reconsumeTimes").GetInt32()));
        Assert.Equal(2, (await Cluster.AdminAsync(verb)).Lines.Length);
        Assert.Equal(3, (await Cluster.AdminAsync("resendDeadLetters", "-g", "resent", "-b", "0")).Lines.Length);
    }

    [Fact]
    public async Task A_letter_of_a_transaction_is_resent_as_an_ordinary_message()
    {
        await KillAsync("bought", "body", "");
        // As a transaction's second half would have left it.
        await Cluster.Broker.SendAsync(
            "%DLQ%bought",
            "half",
            0,
            $"UNIQ_KEY={Id} RETRY_TOPIC=bought TRAN_MSG=true TIMER_DELAY_SEC=3600 DELAY=18",
            ("reconsumeTimes", 1)
        );
        await LettersAsync("bought", 2);
        Assert.Equal(0, (await Cluster.AdminAsync("resendDeadLetters", "-g", "bought", "-i", Id)).Exit);
        var again = Assert.Single(await Cluster.Broker.AwaitAsync("%RETRY%bought", group: "bought"));
        Assert.Equal("half", again.Text);
        Assert.DoesNotContain("TRAN_MSG", again.Properties.Keys);
        Assert.DoesNotContain("TIMER_DELAY_SEC", again.Properties.Keys);
    }

    [Fact]
    public async Task A_letter_is_found_by_the_id_of_its_first_place_too()
    {
        string place = await KillAsync("placed", "body", $"UNIQ_KEY={Id}");
        string own = (await LettersAsync("placed", 1))[0].GetProperty("id").GetString()!;
        Assert.NotEqual(place, own);
        Assert.Equal(
            own,
            Csv((await Cluster.AdminAsync("exportDeadLetters", "-g", "placed", "-i", place)).Output)[1][1]
        );
        Assert.Equal(0, (await Cluster.AdminAsync("resendDeadLetters", "-g", "placed", "-i", place)).Exit);
        var again = Assert.Single(await Cluster.Broker.AwaitAsync("%RETRY%placed", group: "placed"));
        Assert.Equal(own, again.Properties["UNIQ_KEY"]);
    }

    [Fact]
    public async Task Letters_are_chosen_by_the_time_of_their_death()
    {
        const int count = 100;
        for (int i = 0; i < count; i++)
            await KillAsync("many", $"body {i}", $"UNIQ_KEY=many-{i}");
        var all = await LettersAsync("many", count);
        Assert.Equal(
            Enumerable.Range(0, count).Select(i => $"many-{i}"),
            all.Select(one => one.GetProperty("id").GetString())
        );
        long[] times = [.. all.Select(one => one.GetProperty("dead").GetInt64())];
        long from = times[30];
        long until = times[60];
        string[] range = ["-b", $"{from}", "-e", $"{until}"];
        var chosen = Csv((await Cluster.AdminAsync(["exportDeadLetters", "-g", "many", .. range])).Output);
        Assert.Equal(times.Count(time => time >= from && time <= until), chosen.Length - 1);
        Assert.All(chosen[1..], cells => Assert.InRange(Number(cells[4]), from, until));
        var resent = await Cluster.AdminAsync(["resendDeadLetters", "-g", "many", .. range]);
        Assert.Equal(chosen.Length, resent.Lines.Length);
        var none = await Cluster.AdminAsync("exportDeadLetters", "-g", "many", "-b", $"{times[^1] + 1}");
        Assert.Equal(0, none.Exit);
        Assert.Single(Csv(none.Output));
        Assert.Single((await Cluster.AdminAsync("resendDeadLetters", "-g", "many", "-b", "now")).Lines);
    }

    [Fact]
    public async Task A_file_is_written_as_a_whole_or_not_at_all()
    {
        await KillAsync("filed", "body", $"UNIQ_KEY={Id}");
        await LettersAsync("filed", 1);
        string folder = Path.Combine(Cluster.Folder, "exports");
        string file = Path.Combine(folder, "letters.csv");
        var done = await Cluster.JsonAsync("exportDeadLetters", "-g", "filed", "-f", file);
        Assert.Equal(file, done.GetProperty("exported").GetProperty("file").GetString());
        Assert.Equal(1, done.GetProperty("exported").GetProperty("letters").GetInt64());
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal((await Cluster.AdminAsync("exportDeadLetters", "-g", "filed")).Output, text);
        string other = Path.Combine(folder, "other.csv");
        (await Cluster.AdminAsync("exportDeadLetters", "-g", "filed", "-i", "nonsense", "-f", other)).IsRefused(
            "group filed has no dead letter nonsense"
        );
        Assert.Equal([file], Directory.GetFiles(folder));
        (await Cluster.AdminAsync("exportDeadLetters", "-g", "filed", "-f", folder)).IsRefused("cannot be written");
    }

    [Theory]
    [InlineData("exportDeadLetters -g nobody", "group nobody has no dead letters: it has not given up any message")]
    [InlineData("queryDeadLetters -g nobody", "group nobody has no dead letters")]
    [InlineData("resendDeadLetters -g nobody -b 0", "group nobody has no dead letters")]
    [InlineData("exportDeadLetters -g known -i nonsense", "group known has no dead letter nonsense")]
    [InlineData("queryDeadLetters -g known -i nonsense", "group known has no dead letter nonsense")]
    [InlineData("resendDeadLetters -g known -i nonsense", "group known has no dead letter nonsense")]
    public async Task What_is_not_there_is_said_so_and_nothing_is_printed(string line, string words)
    {
        await KillAsync("known", "body", "");
        await Eventually.TrueAsync(async () => (await Cluster.AdminAsync("queryDeadLetters", "-g", "known")).Exit == 0);
        var answer = await Cluster.AdminAsync(line.Split(' '));
        answer.IsRefused(words);
        Assert.Empty(answer.Output);
    }

    [Theory]
    [InlineData("exportDeadLetters -g g -i id -b 0", "--msgId needs no times: it names one message.")]
    [InlineData(
        "exportDeadLetters -g g --output json",
        "--output goes with --filename: standard output is CSV already."
    )]
    [InlineData(
        "resendDeadLetters -g g",
        "Say which: -i id for one message, or -b time for all that died since (-b 0 for all)."
    )]
    public async Task A_wrong_command_line_is_said_so(string line, string sentence) =>
        (await Cluster.AdminAsync(line.Split(' '))).IsWrong($"{line.Split(' ')[0]}: {sentence}");

    [Fact]
    public async Task Letters_that_nobody_may_read_and_a_group_that_is_gone_are_said_so()
    {
        await KillAsync("closed", "body", $"UNIQ_KEY={Id}");
        await LettersAsync("closed", 1);
        await PermitAsync("%DLQ%closed", 2);
        (await Cluster.AdminAsync("exportDeadLetters", "-g", "closed")).IsRefused(
            "broker-a lets nobody read %DLQ%closed; "
                + $"`updateTopicPerm -b {Cluster.BrokerAddress} -t %DLQ%closed -p 6` changes that"
        );
        await PermitAsync("%DLQ%closed", 6);
        var deleted = await Cluster.AdminAsync("deleteTopic", "-c", "DefaultCluster", "-t", "%RETRY%closed");
        Assert.True(deleted.Exit == 0, deleted.Error);
        await Eventually.TrueAsync(async () =>
            (await Cluster.AdminAsync("topicRoute", "-t", "%RETRY%closed")).Exit == 1
        );
        (await Cluster.AdminAsync("resendDeadLetters", "-g", "closed", "-i", Id)).IsRefused(
            "group closed has nothing to resend to: it was deleted"
        );
    }

    [Fact]
    public async Task Letters_of_a_broker_without_master_are_not_left_out_silently()
    {
        await KillAsync("halved", "body", $"UNIQ_KEY={Id}");
        await LettersAsync("halved", 1);
        await using var nameServer = await RemotingClient.ConnectAsync(Cluster.NameServer);
        var body = new RegisterBrokerBody(
            new DataVersion(0, 0, 1),
            [new TopicConfig { TopicName = "%DLQ%halved" }, new TopicConfig { TopicName = "broker-b" }],
            []
        ).ToJson();
        var fields = TestBroker.Fields([
            ("brokerName", "broker-b"),
            ("brokerAddr", "127.0.0.1:1"),
            ("clusterName", "Elsewhere"),
            ("haServerAddr", ""),
            ("brokerId", 0),
            ("compressed", "false"),
            ("bodyCrc32", 0),
        ]);
        (await nameServer.InvokeAsync(RequestCode.RegisterBroker, fields, body)).EnsureSuccess();
        // Its address answers nobody.
        var unreachable = await Cluster.AdminAsync("exportDeadLetters", "-g", "halved");
        unreachable.IsRefused("127.0.0.1:1");
        var slave = TestBroker.Fields([
            .. fields.Select(one => (one.Key, (object)one.Value)),
            ("brokerAddr", "127.0.0.1:2"),
            ("brokerId", 1),
        ]);
        (await nameServer.InvokeAsync(RequestCode.RegisterBroker, slave, body)).EnsureSuccess();
        (await nameServer.InvokeAsync(RequestCode.UnregisterBroker, fields)).EnsureSuccess();
        (await Cluster.AdminAsync("exportDeadLetters", "-g", "halved")).IsRefused(
            "broker-b has no master now, and its dead letters would be missing; try again later"
        );
    }

    async Task PermitAsync(string topic, int permission)
    {
        string[] verb = ["updateTopicPerm", "-c", "DefaultCluster", "-t", topic, "-p", $"{permission}"];
        var changed = await Cluster.AdminAsync(verb);
        Assert.True(changed.Exit == 0, changed.Error);
        await Eventually.TrueAsync(async () =>
            (await Cluster.JsonAsync("topicRoute", "-t", topic)).GetProperty("queues")[0].GetProperty("perm").GetInt32()
            == permission
        );
    }

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Takes CSV apart as RFC 4180 says.</summary>
    static string[][] Csv(string text)
    {
        var lines = new List<string[]>();
        var line = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (quoted)
            {
                if (text[i] != '"')
                    cell.Append(text[i]);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else
                    quoted = false;
                continue;
            }
            switch (text[i])
            {
                case '"':
                    quoted = true;
                    break;
                case ',':
                    line.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r':
                    Assert.Equal('\n', text[++i]);
                    line.Add(cell.ToString());
                    cell.Clear();
                    lines.Add([.. line]);
                    line.Clear();
                    break;
                default:
                    cell.Append(text[i]);
                    break;
            }
        }
        Assert.Empty(line);
        return [.. lines];
    }
}

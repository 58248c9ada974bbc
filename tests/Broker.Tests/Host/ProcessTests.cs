using System.Net;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host;

public sealed class ProcessTests
{
    [Fact]
    public async Task All_in_one_serves_clients_health_metrics_and_the_list_of_name_servers()
    {
        using var folder = new TestFolder();
        await using var broker = await BrokerProcess.AllInOneAsync(folder.Path);
        await using var client = await RemotingClient.ConnectAsync(broker.Broker);
        var sent = await client.InvokeAsync(RequestCode.SendMessage, TestBroker.SendFields("orders"), "x"u8.ToArray());
        Assert.Equal(ResponseCode.Success, sent.Code);

        using var http = new HttpClient();
        Assert.Equal("ok\n", await http.GetStringAsync($"{broker.Http}/livez"));
        Assert.Equal("ok\n", await http.GetStringAsync($"{broker.Http}/readyz"));
        Assert.Equal(broker.NameServer, await http.GetStringAsync($"{broker.Http}/rocketmq/nsaddr"));
        Assert.Equal(broker.NameServer, await http.GetStringAsync($"{broker.Http}/rocketmq/nsaddr-unit?nofix=1"));
        Assert.Contains("rocketmq_connections", await http.GetStringAsync($"{broker.Http}/metrics"));
        using var missing = await http.GetAsync($"{broker.Http}/else");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Who_reads_that_all_is_ready_finds_the_broker_at_the_name_server()
    {
        using var folder = new TestFolder();
        await using var broker = await BrokerProcess.AllInOneAsync(folder.Path);
        await using var client = await RemotingClient.ConnectAsync(broker.NameServer);
        var known = await client.InvokeAsync(RequestCode.GetBrokerClusterInfo, null, default, TestBroker.Patience);
        var only = Assert.Single(ClusterInfo.Parse(known.Body.Span).Brokers);
        Assert.Equal(broker.Broker, only.BrokerAddrs[0]);
    }

    [Fact]
    public async Task A_terminated_broker_ends_with_0_and_leaves_the_routes()
    {
        using var folder = new TestFolder();
        await using var broker = await BrokerProcess.AllInOneAsync(folder.Path);
        Assert.Equal(0, await broker.TerminateAsync());
        Assert.Contains("Stopped in an orderly way", broker.Errors);
    }

    [Fact]
    public async Task A_folder_that_is_in_use_is_not_opened_twice()
    {
        using var folder = new TestFolder();
        await using var first = await BrokerProcess.AllInOneAsync(folder.Path);
        await using var second = BrokerProcess.Start(
            3,
            ["all-in-one", "--data", folder.Path, "--name-server-port", "0", "--port", "0", "--http-port", "0"]
        );
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("Cannot start", second.Errors);
    }

    [Theory]
    [InlineData("listenPort=abc", "listenPort must be a whole number from 0 to 65535, not \"abc\".")]
    [InlineData("listenPort", "--set wants key=value, not \"listenPort\".")]
    public async Task A_bad_configuration_ends_with_2_and_one_sentence(string setting, string sentence)
    {
        await using var broker = BrokerProcess.Start(2, ["broker", "--set", setting]);
        Assert.Equal(2, await broker.ExitAsync());
        Assert.Equal(sentence, broker.Errors.Trim());
    }

    [Theory]
    [InlineData("broker", "listenPort=abc", "listenPort must be a whole number from 0 to 65535, not \"abc\".")]
    [InlineData(
        "broker",
        "bindAddress=here",
        "bindAddress must be an IP address such as 0.0.0.0 or ::1, not \"here\"."
    )]
    [InlineData("nameserver", "listenPort=abc", "listenPort must be a whole number from 0 to 65535, not \"abc\".")]
    [InlineData(
        "nameserver",
        "bindAddress=here",
        "bindAddress must be an IP address such as 0.0.0.0 or ::1, not \"here\"."
    )]
    [InlineData("nameserver", "orderMessageEnable=yes", "orderMessageEnable must be true or false, not \"yes\".")]
    [InlineData(
        "nameserver",
        "tls.server.mode=on",
        "tls.server.mode must be disabled or permissive or enforcing, not \"on\"."
    )]
    public async Task A_bad_value_of_a_file_is_named_with_its_line(string role, string setting, string sentence)
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "our.conf");
        await File.WriteAllTextAsync(file, $"# ours\n\n{setting}\n");
        await using var process = BrokerProcess.Start(2, [role, "--config", file]);
        Assert.Equal(2, await process.ExitAsync());
        Assert.Equal($"{file}, line 3: {sentence}", process.Errors.Trim());
    }

    [Fact]
    public async Task An_unknown_key_is_a_warning_with_the_nearest_name()
    {
        using var folder = new TestFolder();
        await using var broker = await BrokerProcess.AllInOneAsync(folder.Path, "--set", "maxMesageSize=1");
        await broker.TerminateAsync();
        Assert.Contains("Did you mean maxMessageSize?", broker.Errors);
    }

    [Fact]
    public async Task Without_memory_the_program_ends_and_says_so()
    {
        using var folder = new TestFolder();
        // The slots of the index take 40 MB with the first key, which is more than the heap may have.
        await using var broker = await BrokerProcess.AllInOneAsync(
            folder.Path,
            heapBytesMax: 30 << 20,
            "--set",
            "maxHashSlotNum=10000000"
        );
        await using var client = await RemotingClient.ConnectAsync(broker.Broker);
        _ = client.InvokeAsync(
            RequestCode.SendMessage,
            TestBroker.SendFields("orders", 0, "KEYS\u0001blue\u0002"),
            "body"u8.ToArray(),
            TestBroker.Patience
        );

        Assert.NotEqual(0, await broker.ExitAsync());
        Assert.Contains("Out of memory. Give the process more", broker.Errors);
    }

    [Fact]
    public async Task A_broker_registers_at_every_name_server_that_its_file_names_and_follows_the_file()
    {
        using var folder = new TestFolder();
        await using var first = BrokerProcess.Start(
            1,
            ["nameserver", "--port", "0", "--http-port", "-1", "--set", "bindAddress=127.0.0.1"]
        );
        await using var second = BrokerProcess.Start(
            1,
            ["nameserver", "--port", "0", "--http-port", "-1", "--set", "bindAddress=127.0.0.1"]
        );
        await first.ReadyAsync();
        await second.ReadyAsync();
        var file = Path.Combine(folder.Path, "broker.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            brokerName=orders-g0
            brokerIP1=127.0.0.1
            listenPort=0
            storePathRootDir={folder.Path}/store
            mappedFileSizeCommitLog=4194304
            namesrvAddr={first.NameServer}
            """
        );
        await using var broker = BrokerProcess.Start(1, ["broker", "--config", file, "--http-port", "-1"]);
        await broker.ReadyAsync();
        await UntilRegisteredAsync(first.NameServer, "orders-g0");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace(first.NameServer, $"{first.NameServer};{second.NameServer}"));
        await using var client = await RemotingClient.ConnectAsync(broker.Broker);
        await client.InvokeAsync(RequestCode.UpdateAndCreateTopic, new() { { "topic", "orders" } });
        await UntilRegisteredAsync(second.NameServer, "orders-g0");
        Assert.Equal(0, await broker.TerminateAsync());
        Assert.DoesNotContain("orders-g0", await ClusterAsync(second.NameServer));
    }

    static async Task UntilRegisteredAsync(string nameServer, string broker)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await ClusterAsync(nameServer)).Contains(broker))
            await Task.Delay(20, limit.Token);
    }

    static async Task<string> ClusterAsync(string nameServer)
    {
        await using var client = await RemotingClient.ConnectAsync(nameServer);
        var answer = await client.InvokeAsync(RequestCode.GetBrokerClusterInfo);
        return System.Text.Encoding.UTF8.GetString(answer.Body.Span);
    }
}

using Broker.Core.Configuration;
using Xunit;

namespace Broker.Tests.Core.Configuration;

public sealed class BrokerConfigTests
{
    readonly BrokerOptions _options = new();

    [Fact]
    public void Every_default_is_a_legal_value_of_its_key()
    {
        foreach (var key in ConfigKeys.All)
        {
            var text = key.Read(_options);
            if (text.Length > 0)
                Assert.Null(key.Apply(new BrokerOptions(), text));
        }
    }

    [Fact]
    public void Every_key_reads_back_what_was_set()
    {
        var changed = new Dictionary<string, string>
        {
            ["listenPort"] = "30911",
            ["brokerName"] = "orders-g0",
            ["flushDiskType"] = "SYNC_FLUSH",
            ["autoCreateTopicEnable"] = "false",
            ["startAcceptSendRequestTimeStamp"] = "1700000000000",
            ["deleteWhen"] = "04;16",
        };
        Assert.Empty(BrokerConfig.Apply(_options, changed.Select(pair => new ConfigSetting(pair.Key, pair.Value))));
        Assert.All(changed, pair => Assert.Equal(pair.Value, ConfigKeys.ByName[pair.Key].Read(_options)));
    }

    [Theory]
    [InlineData("listenPort", "abc", "a whole number from 0 to 65535")]
    [InlineData("listenPort", "70000", "a whole number from 0 to 65535")]
    [InlineData("autoCreateTopicEnable", "yes", "true or false")]
    [InlineData("flushDiskType", "SYNC", "ASYNC_FLUSH or SYNC_FLUSH")]
    [InlineData("brokerName", "a b", "a name of 1 to 127 letters, digits, '_' or '-'")]
    [InlineData("messageDelayLevel", "1s 5x", "times such as 1s 5s 10s 30s 1m 2m, separated by blanks")]
    [InlineData("deleteWhen", "25", "hours from 00 to 23, separated by semicolons")]
    [InlineData("brokerRole", "SLAVE", "ASYNC_MASTER or SYNC_MASTER")]
    [InlineData("bindAddress", "localhost", "an IP address such as 0.0.0.0 or ::1")]
    public void A_bad_value_is_one_clear_sentence(string key, string value, string wanted)
    {
        var refused = Assert.Throws<ConfigException>(() => BrokerConfig.Apply(_options, [new(key, value)]));
        Assert.Equal($"{key} must be {wanted}, not \"{value}\".", refused.Message);
    }

    [Fact]
    public void A_bad_value_of_a_file_is_found_by_its_line()
    {
        var settings = PropertiesText.Parse("# ours\n\nbrokerName=a\\\n  b\nlistenport=1\nlistenPort=x\n", "b.conf");
        var refused = Assert.Throws<ConfigException>(() => BrokerConfig.Apply(_options, settings));
        Assert.Equal("b.conf, line 6: listenPort must be a whole number from 0 to 65535, not \"x\".", refused.Message);
        Assert.Equal(
            ["b.conf, line 5: listenport is not a key of this broker. Did you mean listenPort?"],
            BrokerConfig.Apply(_options, settings.SkipLast(1))
        );
    }

    [Theory]
    [InlineData(
        "autoCreateTopicsEnable",
        "autoCreateTopicsEnable is not a key of this broker. Did you mean autoCreateTopicEnable?"
    )]
    [InlineData("listenport", "listenport is not a key of this broker. Did you mean listenPort?")]
    [InlineData("zzzzzzzz", "zzzzzzzz is not a key of this broker.")]
    [InlineData(
        "sendMessageThreadPoolNums",
        "sendMessageThreadPoolNums is a key of Apache's broker that has no effect here."
    )]
    public void A_key_without_effect_is_a_warning(string key, string warning)
    {
        Assert.Equal([warning], BrokerConfig.Apply(_options, [new(key, "1")]));
        Assert.Equal([warning], _options.IgnoredSettings);
    }

    [Fact]
    public void A_live_key_changes_while_the_broker_runs()
    {
        Assert.Null(BrokerConfig.TryChange(_options, [new("maxMessageSize", "5000000")]));
        Assert.Equal(5_000_000, _options.MaxMessageSize);
    }

    [Fact]
    public void A_change_is_all_or_nothing()
    {
        var problem = BrokerConfig.TryChange(_options, [new("maxMessageSize", "5000000"), new("listenPort", "1")]);
        Assert.Contains("listenPort does not change while the broker runs", problem);
        Assert.Equal(4 * 1024 * 1024, _options.MaxMessageSize);
    }

    [Fact]
    public void A_change_to_the_present_value_is_no_change() =>
        Assert.Null(BrokerConfig.TryChange(_options, [new("listenPort", "10911")]));

    [Fact]
    public void The_reference_lists_every_key_with_its_default()
    {
        var text = ConfigReference.Write();
        Assert.All(ConfigKeys.All, key => Assert.Contains($"  {key.Name} = {key.Read(_options)}", text));
    }

    [Fact]
    public void No_key_is_both_ours_and_without_effect() =>
        Assert.Empty(ApacheKeys.WithoutEffect.Intersect(ConfigKeys.ByName.Keys));
}

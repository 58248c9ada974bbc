using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Xunit;

namespace Broker.Tests.Core.Topics;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("orders")]
    [InlineData("%RETRY%group")]
    [InlineData("MQ_INST_1%Orders-1_a|b")]
    public void Legal_names(string name) => Assert.Null(TopicName.Problem(Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("", "The specified topic is blank.")]
    [InlineData("  ", "The specified topic is blank.")]
    [InlineData("a b", "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$")]
    [InlineData("中", "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$")]
    public void Illegal_names_are_named_in_the_references_words(string name, string problem) =>
        Assert.Equal(problem, TopicName.Problem(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_name_has_at_most_127_bytes()
    {
        Assert.Null(TopicName.Problem(Encoding.ASCII.GetBytes(new string('x', 127))));
        Assert.Equal(
            "The specified topic is longer than topic max length.",
            TopicName.Problem(Encoding.ASCII.GetBytes(new string('x', 128)))
        );
    }

    [Theory]
    [InlineData("rmq_sys_REVIVE_LOG_DefaultCluster", true)]
    [InlineData("rmq_sys_REVIVE_LOG_other", true)]
    [InlineData("rmq_sys_wheel_timer", true)]
    [InlineData("rmq_sys_SYNC_BROKER_MEMBER_broker-a", true)]
    [InlineData("SCHEDULE_TOPIC_XXXX", true)]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC", true)]
    [InlineData("RMQ_SYS_TRANS_OP_HALF_TOPIC", true)]
    [InlineData("TRANS_CHECK_MAX_TIME_TOPIC", true)]
    [InlineData("SELF_TEST_TOPIC", true)]
    [InlineData("OFFSET_MOVED_EVENT", true)]
    [InlineData("rmq_sys_TRACE_DATA_cn-hangzhou", false)]
    [InlineData("RMQ_SYS_TRACE_TOPIC", false)]
    [InlineData("BenchmarkTest", false)]
    [InlineData("DefaultCluster_REPLY_TOPIC", false)]
    [InlineData("DefaultCluster", false)]
    [InlineData("TBW102", false)]
    [InlineData("orders", false)]
    public void What_the_broker_alone_writes_clients_cannot(string name, bool expected) =>
        Assert.Equal(expected, TopicName.IsUnsendable(Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("TBW102", true)]
    [InlineData("DefaultCluster", true)]
    [InlineData("rmq_sys_anything", true)]
    [InlineData("orders", false)]
    public void System_topics_are_known(string name, bool expected) =>
        Assert.Equal(expected, TopicName.IsSystem(name, new BrokerOptions()));
}

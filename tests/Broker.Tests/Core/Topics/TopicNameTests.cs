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
    [InlineData("TBW102", true)]
    [InlineData("DefaultCluster", true)]
    [InlineData("rmq_sys_anything", true)]
    [InlineData("orders", false)]
    public void System_topics_are_known(string name, bool expected) =>
        Assert.Equal(expected, TopicName.IsSystem(name, new BrokerOptions()));
}

using Operator.Host.Run;
using Xunit;

namespace Operator.Tests.Host.Run;

public sealed class RunCommandTests
{
    [Fact]
    public void Namespaces_are_separated_by_commas_or_repeated()
    {
        var options = Read("--watch-namespaces", "a, b", "--watch-namespace", "c", "--watch-namespace", "a");
        Assert.Equal(["a", "b", "c"], options.WatchNamespaces);
    }

    [Fact]
    public void Without_namespaces_all_are_watched() => Assert.Empty(Read().WatchNamespaces);

    [Fact]
    public void Every_option_has_a_default_that_suits_a_pod()
    {
        var options = Read();
        Assert.Equal("rocketmq-operator", options.Lease);
        Assert.Equal(8080, options.HttpPort);
        Assert.Equal(LogFormat.Auto, options.LogFormat);
        Assert.NotEmpty(options.Identity);
    }

    [Theory]
    [InlineData("--image")]
    [InlineData("--operand-image")]
    public void The_image_of_the_operands_has_two_names(string name) =>
        Assert.Equal("registry/rocketmq:1", Read(name, "registry/rocketmq:1").OperandImage);

    [Theory]
    [InlineData("--http-port", "70000")]
    [InlineData("--http-port", "many")]
    [InlineData("--log-format", "xml")]
    [InlineData("--no-such-option", "x")]
    public void What_makes_no_sense_is_refused(string name, string value) =>
        Assert.NotEmpty(RunCommand.Create().Parse([name, value]).Errors);

    static RunOptions Read(params string[] arguments)
    {
        var parsed = RunCommand.Create().Parse(arguments);
        Assert.Empty(parsed.Errors);
        return RunCommand.Read(parsed);
    }
}

using System.Text.Json.Nodes;
using Operator.Plan.Diff;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class JsonSubsetTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":{}}""", "{}")]
    [InlineData("""{"a":false,"b":0,"c":"","d":[]}""", "{}")]
    [InlineData("""{"cpu":"1000m"}""", """{"cpu":"1"}""")]
    [InlineData("""{"memory":"1024Mi"}""", """{"memory":"1Gi"}""")]
    [InlineData("""{"port":80}""", """{"port":"80"}""")]
    [InlineData("""[{"name":"a"}]""", """[{"name":"injected"},{"name":"a","default":1}]""")]
    [InlineData("""[1,2]""", """[1,2]""")]
    public void What_the_server_adds_or_respells_is_no_difference(string desired, string live) =>
        Assert.True(JsonSubset.Holds(JsonNode.Parse(desired), JsonNode.Parse(live)));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":true}""", "{}")]
    [InlineData("""{"cpu":"1000m"}""", """{"cpu":"2"}""")]
    [InlineData("""{"a":"v1"}""", """{"a":"v2"}""")]
    [InlineData("""[{"name":"a","x":1}]""", """[{"name":"a","x":2}]""")]
    [InlineData("""[{"name":"a"}]""", """[{"name":"b"}]""")]
    [InlineData("""["a","b"]""", """["b","a"]""")]
    [InlineData("""["a"]""", """["a","b"]""")]
    public void What_somebody_changed_is_one(string desired, string live) =>
        Assert.False(JsonSubset.Holds(JsonNode.Parse(desired), JsonNode.Parse(live)));
}

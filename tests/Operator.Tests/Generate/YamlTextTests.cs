using System.Text.Json.Nodes;
using k8s;
using Operator.Host.Generate;
using Xunit;

namespace Operator.Tests.Generate;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("true", "'true'")]
    [InlineData("No", "'No'")]
    [InlineData("8080", "'8080'")]
    [InlineData("04:00", "'04:00'")]
    [InlineData("", "''")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("- a", "'- a'")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("trailing ", "'trailing '")]
    public void Quotes_are_where_a_reader_would_take_text_for_something_else(string text, string yaml) =>
        Assert.Equal($"key: {yaml}\n", YamlText.Of(new JsonObject { ["key"] = text }));

    [Fact]
    public void What_is_written_is_read_again()
    {
        foreach (var item in Manifests.Build(new ManifestOptions()))
        {
            var node = KubernetesJson.SerializeToNode(item);
            Assert.True(JsonNode.DeepEquals(node, ReadYaml.AsJson(YamlText.Of(item))), node["kind"]!.ToString());
        }
    }
}

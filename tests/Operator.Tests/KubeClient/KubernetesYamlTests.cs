using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Operator.Tests.KubeClient;

public sealed class KubernetesYamlTests
{
    [Fact]
    public void A_manifest_becomes_a_model()
    {
        var service = KubernetesYaml.Deserialize<V1Service>(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: orders, labels: {version: "1", on: "yes"}}
            spec:
              publishNotReadyAddresses: true
              ports:
              - {name: tcp, port: 9876, targetPort: tcp}
            """
        );
        Assert.Equal("orders", service.Metadata.Name);
        Assert.Equal("1", service.GetLabel("version"));
        Assert.True(service.Spec!.PublishNotReadyAddresses);
        Assert.Equal("tcp", (string?)service.Spec.Ports![0].TargetPort);
    }

    [Theory]
    [InlineData("04:00")] // base 60 for readers of YAML 1.1
    [InlineData("yes")]
    [InlineData("123")]
    [InlineData("1e3")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("- a")]
    [InlineData("a: b")]
    [InlineData("# no comment")]
    [InlineData(" padded ")]
    [InlineData("two\nlines\n")]
    [InlineData("0x1F")]
    [InlineData("消息 🙂")]
    public void A_text_is_read_back_as_the_same_text(string text)
    {
        var map = new JsonObject { ["key"] = text, [text] = "value" };
        var back = Assert.Single(KubernetesYaml.LoadAllFromString(KubernetesYaml.Serialize(map)));
        Assert.True(JsonNode.DeepEquals(map, back), KubernetesYaml.Serialize(map));
    }

    [Fact]
    public void Several_documents_are_told_apart_and_empty_ones_left_out()
    {
        var text = KubernetesYaml.SerializeAll([new V1ConfigMap(), new V1Secret()]) + "---\n";
        Assert.Equal(["ConfigMap", "Secret"], KubernetesYaml.LoadAllFromString(text).Select(d => (string?)d["kind"]));
    }

    [Fact]
    public void Numbers_and_booleans_stay_what_they_are()
    {
        var json = JsonNode.Parse("""{"a":[1,2.5,true,null,[],{}]}""")!;
        Assert.True(JsonNode.DeepEquals(json, KubernetesYaml.LoadAllFromString(KubernetesYaml.Serialize(json))[0]));
    }
}

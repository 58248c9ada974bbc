using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Operator.Tests.KubeClient.Models;

public sealed class ModelJsonTests
{
    [Fact]
    public void A_field_that_no_model_has_survives_the_way_back()
    {
        const string Json = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "future": {"x": [1, 2]}},
             "spec": {"containers": [{"name": "c", "newKnob": 7}], "volumes": [{"name": "v", "nfs": {"server": "s"}}]}}
            """;
        var pod = KubernetesJson.Deserialize<V1Pod>(Json);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(Json), KubernetesJson.SerializeToNode(pod)),
            KubernetesJson.Serialize(pod)
        );
    }

    [Fact]
    public void What_is_null_is_left_out() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}""",
            KubernetesJson.Serialize(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "a" } })
        );

    [Theory]
    [InlineData(0, "2026-01-02T03:04:05.000000Z")] // the server refuses a micro-time without exactly six digits
    [InlineData(1234567, "2026-01-02T03:04:05.123456Z")]
    public void Times_of_a_lease_have_exactly_six_digits_of_fraction(long ticks, string text)
    {
        var moment = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(ticks);
        var spec = KubernetesJson.SerializeToNode(new V1LeaseSpec { RenewTime = moment });
        Assert.Equal(text, (string?)spec["renewTime"]);
        Assert.Equal(moment.AddTicks(-(ticks % 10)), KubernetesJson.Deserialize<V1LeaseSpec>(spec).RenewTime);
    }

    [Fact]
    public void Other_times_have_no_fraction() =>
        Assert.Equal(
            "2026-01-02T03:04:05Z",
            (string?)
                KubernetesJson.SerializeToNode(
                    new V1ObjectMeta { DeletionTimestamp = new DateTime(2026, 1, 2, 3, 4, 5, 999, DateTimeKind.Utc) }
                )["deletionTimestamp"]
        );

    [Fact]
    public void An_object_that_lacks_what_the_document_calls_required_is_still_read() =>
        Assert.Null(KubernetesJson.Deserialize<V1StatefulSet>("""{"spec":{"replicas":2}}""").Spec!.Template);

    [Fact]
    public void Lists_that_are_null_are_read_as_such() =>
        Assert.Null(
            KubernetesJson.Deserialize<V1EndpointSlice>("""{"addressType":"IPv4","endpoints":null}""").Endpoints
        );

    [Theory]
    [InlineData("80", "80")]
    [InlineData("\"http\"", "http")]
    [InlineData("\"25%\"", "25%")]
    public void A_port_is_a_number_or_a_name(string json, string value)
    {
        var port = KubernetesJson.Deserialize<V1ServicePort>($$"""{"port":1,"targetPort":{{json}}}""");
        Assert.Equal(value, port.TargetPort?.Value);
        Assert.Equal(json, KubernetesJson.SerializeToNode(port)["targetPort"]!.ToJsonString());
    }

    [Theory]
    [InlineData("500m", "0.5")]
    [InlineData("2", "2")]
    [InlineData("10Gi", "10737418240")]
    [InlineData("1.5Gi", "1610612736")]
    [InlineData("100M", "100000000")]
    [InlineData("1e3", "1000")]
    public void A_quantity_has_a_value_and_keeps_its_spelling(string text, string value)
    {
        var quantity = new ResourceQuantity(text);
        Assert.Equal(decimal.Parse(value), quantity.ToDecimal());
        Assert.Equal(text, quantity.ToString());
    }

    [Theory]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1000m", "1")]
    [InlineData("0.5", "500m")]
    [InlineData("1500M", "1500M")]
    public void Quantities_compare_by_value_and_have_a_shortest_spelling(string text, string canonical)
    {
        Assert.Equal(canonical, new ResourceQuantity(text).CanonicalizeString());
        Assert.Equal(new ResourceQuantity(canonical), new ResourceQuantity(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10 Gi")]
    [InlineData("Gi")]
    [InlineData("10Zi")]
    public void What_is_no_quantity_is_refused(string text)
    {
        Assert.False(ResourceQuantity.TryParse(text, out _));
        Assert.Throws<FormatException>(() => new ResourceQuantity(text));
    }

    [Fact]
    public void Every_kind_knows_its_place_in_the_api()
    {
        var set = new V1StatefulSet();
        Assert.Equal(("apps/v1", "StatefulSet"), (set.ApiVersion, set.Kind));
        Assert.Equal(("apps", "v1"), set.ApiGroupAndVersion());
        Assert.Equal("statefulsets", typeof(V1StatefulSet).GetKubernetesTypeMetadata().PluralName);
    }
}

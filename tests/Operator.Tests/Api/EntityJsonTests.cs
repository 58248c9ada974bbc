using k8s;
using Operator.Api.Instances;
using Xunit;

namespace Operator.Tests.Api;

public sealed class EntityJsonTests
{
    [Fact]
    public void An_empty_spec_has_every_default()
    {
        var instance = KubernetesJson.Deserialize<RocketMQInstance>(
            """{"metadata":{"name":"orders"},"spec":{"brokers":{"groups":2,"storage":{}}}}"""
        );

        Assert.Equal(2, instance.Spec.Brokers.Groups);
        Assert.Equal(1, instance.Spec.Brokers.Replicas);
        Assert.Equal("20Gi", instance.Spec.Brokers.Storage.Size.ToString());
        Assert.Equal(2, instance.Spec.NameServers.Replicas);
        Assert.Equal("72h", instance.Spec.Brokers.Retention.Time);
    }
}

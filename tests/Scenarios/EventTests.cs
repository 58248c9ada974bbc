using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Api.Conditions;
using Operator.Api.Topics;
using Operator.Control.Events;
using Operator.KubeClient.Resources;
using Operator.Plan;
using Scenarios.ApiServer;
using Xunit;

namespace Scenarios;

public sealed class EventTests
{
    [Fact]
    public async Task The_same_event_again_becomes_a_higher_count_of_the_first()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        using var client = new Kubernetes(server.Configuration);
        var time = new ManualTime();
        var recorder = new EventRecorder(client.Resources<Corev1Event>(), "test", time, NullLogger.Instance);
        var about = new Topic
        {
            Metadata = new V1ObjectMeta
            {
                Name = "payments",
                NamespaceProperty = "default",
                Uid = "u",
            },
        };
        var planned = new PlannedEvent(true, Reason.Conflict, "twice");

        await recorder.RecordAsync(about, planned, CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(1));
        await recorder.RecordAsync(about, planned, CancellationToken.None);

        var written = Assert.Single(server.Objects.List<Corev1Event>("default"));
        Assert.Equal(2, written.Count);
        Assert.Equal(TimeSpan.FromMinutes(1), written.LastTimestamp - written.FirstTimestamp);
        // These are the verbs that the operator's role has on events.
        Assert.Equal(["create", "patch"], server.Calls.All.Select(c => c.Verb));
    }
}

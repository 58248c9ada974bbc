using Operator.Api;
using Operator.Api.Groups;
using Operator.Api.Topics;
using Operator.KubeClient.Informers;

namespace Operator.Control;

/// <summary>The instance that a topic or group belongs to; its own namespace unless it names another.</summary>
static class InstanceReferences
{
    public static ObjectKey Of(Topic topic) => Of(topic.Spec.InstanceRef, topic.Metadata.NamespaceProperty);

    public static ObjectKey Of(Group group) => Of(group.Spec.InstanceRef, group.Metadata.NamespaceProperty);

    static ObjectKey Of(InstanceReference reference, string? own) =>
        new(string.IsNullOrEmpty(reference.Namespace) ? own ?? "" : reference.Namespace, reference.Name);
}

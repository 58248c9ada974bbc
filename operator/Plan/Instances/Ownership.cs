using k8s;
using k8s.Models;

namespace Operator.Plan.Instances;

/// <summary>
/// Tells what the operator made for an instance from what others made. An object of a child's name that is not the
/// instance's is never written: its owner would lose it with the instance.
/// </summary>
public static class Ownership
{
    /// <summary>On every child; an object that has neither controller nor these was made by somebody else.</summary>
    static readonly string[] Marks = [Labels.Instance, "app.kubernetes.io/managed-by"];

    /// <summary>
    /// Whether an object is the child: controlled by the same instance, or controlled by nobody and marked as the
    /// operator's, as a child is after its instance was deleted with <c>--cascade=orphan</c>.
    /// </summary>
    public static bool IsSame(IKubernetesObject<V1ObjectMeta> live, IKubernetesObject<V1ObjectMeta> child) =>
        Controller(live) is { } controller
            ? controller.Uid == Controller(child)?.Uid
            : Marks.All(mark => LabelOf(live, mark) is { } value && value == LabelOf(child, mark));

    /// <summary>Whether an object with an instance's label is the instance's.</summary>
    public static bool IsOf(IKubernetesObject<V1ObjectMeta> live, V1ObjectMeta instance) =>
        Controller(live) is { } controller
            ? controller.Uid == instance.Uid
            : LabelOf(live, Labels.Instance) == instance.Name && LabelOf(live, Marks[1]) == Labels.Operator;

    /// <summary>
    /// Whether an object belongs to a deleted instance of the same name: the garbage collector removes it before long.
    /// </summary>
    public static bool IsLeftOver(IKubernetesObject<V1ObjectMeta> live, IKubernetesObject<V1ObjectMeta> child) =>
        Controller(live) is { } former
        && Controller(child) is { } present
        && former.Uid != present.Uid
        && former.Kind == present.Kind
        && former.Name == present.Name;

    /// <summary>Whose an object is, as part of a sentence.</summary>
    public static string Holder(IKubernetesObject<V1ObjectMeta> live) =>
        Controller(live) is { } controller
            ? $"belongs to {controller.Kind} {controller.Name}"
            : "was not made by this operator";

    /// <summary>Whether an object has the labels and the owner reference of the child that it is.</summary>
    public static bool IsMarked(IKubernetesObject<V1ObjectMeta> live, IKubernetesObject<V1ObjectMeta> child) =>
        Controller(live)?.Uid == Controller(child)?.Uid
        && (child.Metadata.Labels ?? new Dictionary<string, string>()).All(pair =>
            LabelOf(live, pair.Key) == pair.Value
        );

    static V1OwnerReference? Controller(IKubernetesObject<V1ObjectMeta> live) =>
        live.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);

    static string? LabelOf(IKubernetesObject<V1ObjectMeta> live, string name) =>
        live.Metadata.Labels?.TryGetValue(name, out var value) == true ? value : null;
}

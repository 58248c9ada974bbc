using System.Globalization;
using k8s.Models;
using Operator.Api;

namespace Operator.Plan.Instances;

/// <summary>
/// What a group's Lease says: brokers write it (replication.md §2), and the operator reads it for people.
/// </summary>
/// <param name="Master">The holder's pod, or null when nobody holds the Lease or the holder is in no set.</param>
/// <param name="Epoch">0 before the first election.</param>
/// <param name="InSync">The pods of the in-sync set, sorted.</param>
public readonly record struct GroupElection(string? Master, long Epoch, IReadOnlyList<string> InSync)
{
    const string EpochKey = ApiGroup.Name + "/epoch";
    const string InSyncKey = ApiGroup.Name + "/in-sync";

    public static GroupElection Read(V1Lease? lease)
    {
        var annotations = lease?.Metadata.Annotations;
        var members = Members(annotations?.TryGetValue(InSyncKey, out var text) == true ? text : "");
        var epoch =
            annotations?.TryGetValue(EpochKey, out var number) == true
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : 0;
        var holder = lease?.Spec?.HolderIdentity;
        var master = string.IsNullOrEmpty(holder) ? null : members.FirstOrDefault(m => m.Store == holder).Pod;
        return new GroupElection(master, epoch, [.. members.Select(m => m.Pod).Order(StringComparer.Ordinal)]);
    }

    /// <summary>
    /// <c>store=pod,store=pod</c>; what is not of this form is left out, since brokers report it themselves.
    /// </summary>
    static List<(string Store, string Pod)> Members(string text) =>
        [
            .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(part => part.Split('='))
                .Where(pair => pair is [{ Length: > 0 }, { Length: > 0 }])
                .Select(pair => (pair[0], pair[1])),
        ];
}

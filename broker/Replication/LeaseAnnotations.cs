using System.Globalization;

namespace Broker.Replication;

/// <summary>
/// The annotations of a group's Lease: their names, and both directions between them and <see cref="LeaseState"/>.
/// </summary>
public static class LeaseAnnotations
{
    /// <summary>The group id, 32 hex digits.</summary>
    public const string Group = "rocketmq.io/group-id";

    /// <summary>The epoch, a decimal number from 1.</summary>
    public const string Epoch = "rocketmq.io/epoch";

    /// <summary>The version of the in-sync set, a decimal number from 1.</summary>
    public const string SetVersion = "rocketmq.io/set-version";

    /// <summary>The in-sync set: <c>store=pod,store=pod</c>.</summary>
    public const string InSync = "rocketmq.io/in-sync";

    /// <summary>
    /// Present, whatever its value, while no volume of the group existed when the operator created the Lease.
    /// </summary>
    public const string New = "rocketmq.io/new";

    /// <summary>A store id that a person makes master (replication.md §4.7).</summary>
    public const string Override = "rocketmq.io/override";

    /// <summary>Reads the annotations; what is malformed is said in <see cref="LeaseState.Problem"/>.</summary>
    public static LeaseState Read(LeaseState bare, IReadOnlyDictionary<string, string> annotations)
    {
        string? problem = null;
        var epoch = ReadNumber(annotations, Epoch, ref problem);
        var version = ReadNumber(annotations, SetVersion, ref problem);
        if (!InSyncSet.TryParseMembers(annotations.GetValueOrDefault(InSync) ?? "", out var members))
            problem ??= $"annotation {InSync} is not a list of store=pod";
        GroupId? group = null;
        if (annotations.TryGetValue(Group, out var groupText))
        {
            if (GroupId.TryParse(groupText, out var parsed))
                group = parsed;
            else
                problem ??= $"annotation {Group} is not {GroupId.Length} hex digits";
        }
        if (epoch > 0 && (group is null || members.IsEmpty))
            problem ??= $"an epoch without {Group} and {InSync}";
        StoreId? chosen = null;
        if (annotations.TryGetValue(Override, out var overrideText))
        {
            if (StoreId.TryParse(overrideText, out var parsed))
                chosen = parsed;
            else
                problem ??= $"annotation {Override} is not a store id of {StoreId.Length} hex digits";
        }
        return bare with
        {
            Group = group,
            Set = epoch == 0 ? InSyncSet.None : new InSyncSet(epoch, version, members),
            IsNew = annotations.ContainsKey(New),
            Override = chosen,
            Problem = problem,
        };
    }

    /// <summary>Puts the state's annotations into a map that may hold others, which stay.</summary>
    public static void Write(LeaseState state, IDictionary<string, string> annotations)
    {
        Put(annotations, Group, state.Group?.Value);
        Put(annotations, Epoch, state.IsEmpty ? null : state.Set.Epoch.ToString(CultureInfo.InvariantCulture));
        Put(annotations, SetVersion, state.IsEmpty ? null : state.Set.Version.ToString(CultureInfo.InvariantCulture));
        Put(annotations, InSync, state.IsEmpty ? null : state.Set.FormatMembers());
        Put(annotations, New, state.IsNew ? "true" : null);
        Put(annotations, Override, state.Override?.Value);
    }

    static void Put(IDictionary<string, string> annotations, string name, string? value)
    {
        if (value is null)
            annotations.Remove(name);
        else
            annotations[name] = value;
    }

    static long ReadNumber(IReadOnlyDictionary<string, string> annotations, string name, ref string? problem)
    {
        if (!annotations.TryGetValue(name, out var text))
            return 0;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        problem ??= $"annotation {name} is not a number";
        return 0;
    }
}

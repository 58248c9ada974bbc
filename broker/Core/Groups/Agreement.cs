using Broker.Protocol.Bodies;

namespace Broker.Core.Groups;

/// <summary>
/// Whether the members of a group want the same. The broker serves all of them by what the newest heartbeat says
/// (protocol.md §4.1), so where they differ, messages are handed to members that do not want them, or to nobody.
/// Guarded by the group's lock.
/// </summary>
sealed class Agreement(string group)
{
    /// <summary>
    /// Beyond it a member's wishes are not remembered and not compared. Far more than anybody subscribes to; ten
    /// thousand members that all differ and want so many would take a gigabyte, ten topics each take 20 MB.
    /// </summary>
    const int TopicsMax = 1_000;

    /// <summary>How many kinds of members, members of a kind and topics a sentence names.</summary>
    const int NamedMax = 3;

    /// <summary>Characters of a name or an expression in a sentence.</summary>
    const int NameMax = 64;

    /// <summary>Characters of a sentence: a condition of Kubernetes has room for 1,024.</summary>
    const int SentenceMax = 900;

    readonly string _own = GroupName.RetryTopic(group);
    readonly HashSet<WantedTopics> _kinds = [];

    /// <summary>Whether all members that said what they want, want the same.</summary>
    public bool IsGiven => _kinds.Count <= 1;

    /// <summary>Takes in what a member says, all of it.</summary>
    /// <returns>What to remember of the member until it says something else or leaves.</returns>
    public WantedTopics? Heard(WantedTopics? before, IReadOnlyList<SubscriptionData> said)
    {
        if (before is not null && before.IsSaidBy(said, _own))
            return before;
        Left(before);
        return said.Count > TopicsMax ? null : Joined(new WantedTopics(said, _own));
    }

    /// <summary>A member wants what others are known to want.</summary>
    public WantedTopics? Joined(WantedTopics? wanted)
    {
        if (wanted is null)
            return null;
        if (_kinds.TryGetValue(wanted, out var known))
            wanted = known;
        else
            _kinds.Add(wanted);
        wanted.Members++;
        return wanted;
    }

    /// <summary>A member has left, or wants something else now.</summary>
    public void Left(WantedTopics? wanted)
    {
        if (wanted is not null && --wanted.Members == 0)
            _kinds.Remove(wanted);
    }

    /// <summary>
    /// Who wants something else than most, and what, in one sentence of bounded length that is the same as long as
    /// members and wishes are; empty when all want the same.
    /// </summary>
    public static string Difference(IEnumerable<GroupMember> members)
    {
        var kinds = members
            .Where(member => member.Wanted is not null)
            .GroupBy(member => member.Wanted!, member => member.ClientId)
            .Select(kind => (Wanted: kind.Key, Names: kind.Order(StringComparer.Ordinal).ToList()))
            .OrderByDescending(kind => kind.Names.Count)
            .ThenBy(kind => kind.Names[0], StringComparer.Ordinal)
            .ToList();
        if (kinds.Count <= 1)
            return "";
        var most = kinds[0];
        var others = kinds.Skip(1).Select(kind => Different(most.Wanted, kind.Wanted, kind.Names));
        var sentence = $"unlike {Listed([.. most.Names.Select(Short)], ", ")}, {Listed([.. others], "; ")}";
        return sentence.Length <= SentenceMax ? sentence : string.Concat(sentence.AsSpan(0, SentenceMax - 4), " ...");
    }

    /// <summary>A name as it stands in a sentence.</summary>
    public static string Short(string name) =>
        name.Length <= NameMax ? name : string.Concat(name.AsSpan(0, NameMax - 3), "...");

    static string Different(WantedTopics most, WantedTopics wanted, IReadOnlyList<string> names) =>
        $"{Listed([.. names.Select(Short)], ", ")} {(names.Count == 1 ? "subscribes" : "subscribe")} "
        + Listed([.. most.Differences(wanted)], ", ");

    static string Listed(IReadOnlyList<string> all, string separator) =>
        string.Join(separator, all.Take(NamedMax)) + (all.Count > NamedMax ? $" and {all.Count - NamedMax} more" : "");
}

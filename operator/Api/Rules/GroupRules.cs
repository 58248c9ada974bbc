using Operator.Api.Groups;
using Operator.Api.Topics;

namespace Operator.Api.Rules;

/// <summary>The rules of a <see cref="Group"/> that its schema cannot say.</summary>
public static class GroupRules
{
    static readonly string ReservedCel = string.Join(
        " || ",
        TopicNames
            .ReservedGroupPrefixes.Select(p => $"self.groupName.startsWith('{p}')")
            .Append($"self.groupName in [{string.Join(", ", TopicNames.ReservedGroups.Select(n => $"'{n}'"))}]")
    );

    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<Rule<Group>> All =
    [
        Rule<Group>.Of(
            "",
            "has(self.spec.groupName) || self.metadata.name.matches('^[a-zA-Z0-9_-]{1,120}$')",
            "metadata.name cannot be a group's name (it holds a dot or has more than 120 characters): set "
                + "spec.groupName",
            x => x.Spec.GroupName is not null || TopicNames.IsLegal(x.Metadata.Name ?? "", TopicNames.GroupMaximum)
        ),
        Rule<Group>.OfChange(
            "spec.instanceRef",
            "self == oldSelf",
            "instanceRef cannot be changed: groups do not move. Delete this resource and create another",
            (now, before) => now.Spec.InstanceRef == before.Spec.InstanceRef
        ),
        Rule<Group>.OfChange(
            "spec",
            "has(self.groupName) == has(oldSelf.groupName) && (!has(self.groupName) || self.groupName == "
                + "oldSelf.groupName)",
            "groupName cannot be changed: its position belongs to the name. Delete this resource and create another",
            (now, before) => now.Spec.GroupName == before.Spec.GroupName
        ),
        Rule<Group>.Of(
            "spec",
            $"!has(self.groupName) || !({ReservedCel})",
            "groupName is one that brokers use themselves: choose another",
            x => x.Spec.GroupName is not { } name || !TopicNames.IsReservedGroup(name)
        ),
        Rule<Group>.Of(
            "spec",
            "!has(self.offsetReset) || (self.offsetReset.to == 'Timestamp') == has(self.offsetReset.time)",
            "offsetReset.time belongs to Timestamp and to nothing else: set both, or neither",
            x => x.Spec.OffsetReset is not { } reset || reset.To == OffsetPosition.Timestamp == reset.Time is not null
        ),
        Rule<Group>.Of(
            "spec",
            null,
            "offsetReset.time is no time: write it as 2026-01-31T08:00:00Z",
            x => x.Spec.OffsetReset?.Time is null || x.Spec.OffsetReset.Timestamp() is not null
        ),
        Rule<Group>.OfChange(
            "spec",
            "!has(self.offsetReset) || !has(oldSelf.offsetReset) || self.offsetReset.id != oldSelf.offsetReset.id || "
                + "self.offsetReset == oldSelf.offsetReset",
            "an offsetReset is carried out once per id: choose another id with another wish",
            (now, before) =>
                now.Spec.OffsetReset is not { } wish
                || before.Spec.OffsetReset is not { } last
                || wish.Id != last.Id
                || wish == last
        ),
    ];
}

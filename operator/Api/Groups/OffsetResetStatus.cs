using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Groups;

/// <summary>What became of the last offset reset.</summary>
public sealed record OffsetResetStatus
{
    /// <summary>A month of daily resets; 2 KiB of a status at the most.</summary>
    public const int EarlierIdsMax = 32;

    /// <summary>The id of the spec.</summary>
    [Description("Id of the reset that this speaks of.")]
    [Required]
    [Length(1, 63)]
    public string Id { get; set; } = "";

    /// <summary>What the id was first seen with.</summary>
    [Description("spec.offsetReset as it was when its id was first seen; with the same id it cannot be changed.")]
    public OffsetResetSpec? Wish { get; set; }

    /// <summary>How far it is.</summary>
    [Description(
        "Pending: some broker groups still have to carry it out. Done: all have, and it is not repeated. Refused: time "
            + "lies before the first or after the last message that is kept, or the group is broadcast to, or the id "
            + "was used before; nothing was set, and another wish needs another id."
    )]
    [Required]
    public OffsetResetState State { get; set; }

    /// <summary>The broker groups that have carried it out.</summary>
    [Description("Broker groups that have carried it out.")]
    [Items(-1, 256)]
    [ItemLength(63)]
    public IReadOnlyList<string>? BrokerGroups { get; set; }

    /// <summary>Ids that are spent: an older manifest that comes back repeats no reset.</summary>
    [Description("Ids that were carried out or refused before this one, the newest first: none of them sets anything.")]
    [Items(-1, EarlierIdsMax)]
    [ItemLength(63)]
    public IReadOnlyList<string>? EarlierIds { get; set; }

    /// <summary>What it waits for, or why it was refused.</summary>
    [Description("What it waits for, or why it was refused; absent once it is done.")]
    [Length(-1, 1024)]
    public string? Message { get; set; }
}

using System.Collections.Immutable;
using System.Text;

namespace Broker.Replication;

/// <summary>
/// The set of replicas that hold everything acknowledged, as a Lease records it: ordered by epoch, then by version.
/// </summary>
public sealed class InSyncSet(long epoch, long version, ImmutableArray<InSyncMember> members) : IEquatable<InSyncSet>
{
    /// <summary>What an empty Lease and a fresh volume know: epoch 0, nobody.</summary>
    public static InSyncSet None { get; } = new(0, 0, []);

    /// <summary>Epoch of the master that recorded the set; 0 when nobody has.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>Counts the changes of the set over the whole life of the group.</summary>
    public long Version { get; } = version;

    /// <summary>The members in the order in which they were recorded.</summary>
    public ImmutableArray<InSyncMember> Members { get; } = members;

    /// <summary>Whether the store is a member.</summary>
    public bool Contains(StoreId store) => Members.Any(m => m.Store == store);

    /// <summary>Whether this record is of a later time than the other one.</summary>
    public bool IsNewerThan(InSyncSet other) =>
        Epoch > other.Epoch || (Epoch == other.Epoch && Version > other.Version);

    /// <summary>The members as the Lease's annotation holds them: <c>store=pod,store=pod</c>.</summary>
    public string FormatMembers()
    {
        var text = new StringBuilder();
        foreach (var member in Members)
            text.Append(text.Length == 0 ? "" : ",").Append(member.Store.Value).Append('=').Append(member.Pod);
        return text.ToString();
    }

    /// <summary>
    /// Reads what <see cref="FormatMembers"/> writes; false when any part is malformed or named twice.
    /// </summary>
    public static bool TryParseMembers(string text, out ImmutableArray<InSyncMember> members)
    {
        members = [];
        var found = ImmutableArray.CreateBuilder<InSyncMember>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=');
            if (equals < 0 || !StoreId.TryParse(part[..equals], out var store) || found.Any(m => m.Store == store))
                return false;
            found.Add(new InSyncMember(store, part[(equals + 1)..]));
        }
        members = found.ToImmutable();
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(InSyncSet? other) =>
        other is not null && Epoch == other.Epoch && Version == other.Version && Members.SequenceEqual(other.Members);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InSyncSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, Version, Members.Length);

    /// <inheritdoc/>
    public override string ToString() => $"epoch {Epoch}, version {Version}: {FormatMembers()}";
}

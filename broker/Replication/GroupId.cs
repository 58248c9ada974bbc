using System.Diagnostics.CodeAnalysis;

namespace Broker.Replication;

/// <summary>
/// Names the history of one broker group: drawn with epoch 1 and stored with it on every volume. A store of another
/// group is never cut and never joins (replication.md §2). 32 lower-case hex digits.
/// </summary>
public readonly record struct GroupId
{
    /// <summary>Length of the text form in characters.</summary>
    public const int Length = 32;

    GroupId(string value) => Value = value;

    /// <summary>The text form, as it stands in the Lease's annotation.</summary>
    public string Value => field ?? "";

    /// <summary>Draws an id; the caller owns the source of randomness.</summary>
    public static GroupId Draw(Random random) => new(RandomHex.Draw(random, Length));

    /// <summary>Reads the text form; anything but 32 lower-case hex digits is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out GroupId id)
    {
        id = RandomHex.IsHex(text, Length) ? new GroupId(text) : default;
        return id != default;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

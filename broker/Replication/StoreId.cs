using System.Diagnostics.CodeAnalysis;

namespace Broker.Replication;

/// <summary>
/// Names one store folder: 128 random bits, drawn when the folder is created, written as 32 lower-case hex digits.
/// A member of a group is its store id and never its pod: a lost or emptied volume is another member (replication.md
/// §2).
/// </summary>
public readonly record struct StoreId
{
    /// <summary>Length of the text form in characters.</summary>
    public const int Length = 32;

    StoreId(string value) => Value = value;

    /// <summary>The text form, as it stands in the Lease's <c>holderIdentity</c>.</summary>
    public string Value => field ?? "";

    /// <summary>Draws an id; the caller owns the source of randomness.</summary>
    public static StoreId Draw(Random random) => new(RandomHex.Draw(random, Length));

    /// <summary>Reads the text form; anything but 32 lower-case hex digits is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out StoreId id)
    {
        id = RandomHex.IsHex(text, Length) ? new StoreId(text) : default;
        return id != default;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

using System.Buffers.Text;
using Broker.Core.Delay;
using Broker.Protocol.Messages;

namespace Broker.Core.Send;

/// <summary>
/// What one walk over a sender's properties finds: those that change what happens, and whether any must go before the
/// message is stored (protocol.md §3.3). Borrowed from the request.
/// </summary>
ref struct SentProperties
{
    /// <summary>The sender's id for the message, empty for none.</summary>
    public ReadOnlySpan<byte> UniqueKey { get; private set; }

    /// <summary>0 for none.</summary>
    public int DelayLevel { get; private set; }

    /// <summary>The half of a transaction.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>When it wants to be delivered.</summary>
    public TimerWish Wish;

    /// <summary>A delivery at a time of day; a delay level overrules it.</summary>
    public readonly bool IsTimed => Wish.IsAsked && DelayLevel <= 0;

    /// <summary>The second of that delivery, in ms since 1970, once it is decided; 0 for at once.</summary>
    public long OutMs { get; set; }

    /// <summary>The sender says by what the message is ordered.</summary>
    public bool IsSharded { get; private set; }

    /// <summary>Some property is one that only the broker writes, or one that nobody could read again.</summary>
    public bool NeedsRewrite { get; private set; }

    public static SentProperties Scan(ReadOnlySpan<byte> properties)
    {
        var found = default(SentProperties);
        var kept = 0;
        foreach (var pair in MessageProperties.Enumerate(properties))
        {
            kept += pair.Name.Length + pair.Value.Length + 2;
            found.Look(pair.Name, pair.Value);
        }
        // Equal but for a missing last separator means that no pair was skipped as unreadable.
        if (kept != properties.Length && kept != properties.Length + 1)
            found.NeedsRewrite = true;
        if (found.DelayLevel > 0 && found.Wish.IsAskedAsApache)
            found.NeedsRewrite = true;
        return found;
    }

    /// <summary>Copies what may be stored.</summary>
    public readonly void Rewrite(ReadOnlySpan<byte> properties, scoped ref PropertiesWriter target)
    {
        foreach (var pair in MessageProperties.Enumerate(properties))
        {
            if (!IsTheBrokers(pair.Name) && !(DelayLevel > 0 && TimerWish.IsOverruledByLevel(pair.Name)))
                target.Add(pair.Name, pair.Value);
        }
    }

    void Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (IsTheBrokers(name))
        {
            NeedsRewrite = true;
            return;
        }
        switch (name.Length)
        {
            case 5 when name.SequenceEqual(PropertyNames.DelayLevel):
                DelayLevel =
                    Utf8Parser.TryParse(value, out int level, out var used) && used == value.Length ? level : 0;
                break;
            case 8 when name.SequenceEqual(PropertyNames.UniqueKey):
                UniqueKey = value;
                break;
            case 8 when name.SequenceEqual(PropertyNames.TransactionPrepared):
                IsPrepared = Ascii(value, "true"u8);
                break;
            case 13 when name.SequenceEqual(PropertyNames.ShardingKey):
                IsSharded = true;
                break;
            default:
                Wish.Look(name, value);
                break;
        }
    }

    static bool Ascii(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(value, word);

    static bool IsTheBrokers(ReadOnlySpan<byte> name) =>
        name.Length switch
        {
            6 => name.SequenceEqual(PropertyNames.PopCheckpoint),
            7 => name.SequenceEqual(PropertyNames.Cluster),
            8 => name.SequenceEqual(PropertyNames.TraceSwitch),
            10 => name.SequenceEqual(PropertyNames.MsgRegion),
            _ => false,
        };
}

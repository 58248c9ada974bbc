using Broker.Protocol.Messages;

namespace Broker.Core.Filter.Sql;

/// <summary>A message's values of the properties that a filter names, found in one walk. On the stack only.</summary>
readonly ref struct SqlScope
{
    readonly ReadOnlySpan<byte> _properties;
    readonly ReadOnlySpan<Slot> _slots;

    /// <param name="properties">The message's properties in their stored form.</param>
    /// <param name="names">The names; a property's number is its place here.</param>
    /// <param name="slots">Room for as many values.</param>
    public SqlScope(ReadOnlySpan<byte> properties, ReadOnlySpan<byte[]> names, Span<Slot> slots)
    {
        slots.Clear();
        foreach (var pair in MessageProperties.Enumerate(properties))
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (!pair.Name.SequenceEqual(names[i]))
                    continue;
                properties.Overlaps(pair.Value, out var start);
                slots[i] = new Slot(start, pair.Value.Length);
                break;
            }
        }
        _properties = properties;
        _slots = slots;
    }

    /// <summary>The value of a property, null when the message does not have it.</summary>
    public SqlValue this[int number]
    {
        get
        {
            var slot = _slots[number];
            return slot.Length == 0 ? SqlValue.Null : SqlValue.Of(_properties.Slice(slot.Start, slot.Length));
        }
    }

    /// <summary>Where a value lies; no property has an empty one.</summary>
    public readonly record struct Slot(int Start, int Length);
}

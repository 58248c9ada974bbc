using System.Text;

namespace Broker.Protocol.Headers;

/// <summary>
/// The ext fields of one header: name and value pairs that point into the buffer the header was decoded in. Reused from
/// frame to frame and therefore valid only as long as that buffer is; what must live longer is copied by the reader.
/// Not thread-safe.
/// </summary>
public sealed class Fields
{
    /// <summary>
    /// The reference's largest header has 20; a client's hooks add a handful. More is an attack on the lookup.
    /// </summary>
    public const int MaxFields = 256;

    Entry[] entries = new Entry[32];
    byte[] buffer = [];
    int next;

    /// <summary>How many fields there are.</summary>
    public int Count { get; private set; }

    /// <summary>The value's UTF-8 text, empty when the field is absent.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name] => TryGet(name, out var value) ? value : default;

    /// <summary>The name of the field at <paramref name="index"/>, in the order of the frame.</summary>
    public ReadOnlySpan<byte> NameAt(int index) => buffer.AsSpan(entries[index].Name, entries[index].NameLength);

    /// <summary>The value of the field at <paramref name="index"/>, in the order of the frame.</summary>
    public ReadOnlySpan<byte> ValueAt(int index) => buffer.AsSpan(entries[index].Value, entries[index].ValueLength);

    /// <summary>Finds a field. A field sent twice counts with its first value.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        // Senders write fields in one order and processors read them in another fixed one: going on behind the last hit
        // finds neighbours at once.
        int count = Count;
        int index = next;
        for (int tried = 0; tried < count; tried++, index++)
        {
            if (index >= count)
                index = 0;
            ref readonly var entry = ref entries[index];
            if (entry.NameLength == name.Length && buffer.AsSpan(entry.Name, entry.NameLength).SequenceEqual(name))
            {
                next = index + 1;
                value = buffer.AsSpan(entry.Value, entry.ValueLength);
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The value as text, null when absent.</summary>
    public string? GetString(ReadOnlySpan<byte> name) =>
        TryGet(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>All fields as text, for logs, relays and tests. Allocates.</summary>
    public Dictionary<string, string> ToDictionary()
    {
        var all = new Dictionary<string, string>(Count);
        for (int i = 0; i < Count; i++)
            all.TryAdd(Encoding.UTF8.GetString(NameAt(i)), Encoding.UTF8.GetString(ValueAt(i)));
        return all;
    }

    internal void Reset(byte[] source)
    {
        buffer = source;
        Count = 0;
        next = 0;
    }

    internal bool TryAdd(int name, int nameLength, int value, int valueLength)
    {
        if (Count == entries.Length)
        {
            if (Count >= MaxFields)
                return false;
            Array.Resize(ref entries, entries.Length * 2);
        }
        entries[Count++] = new Entry(name, nameLength, value, valueLength);
        return true;
    }

    readonly record struct Entry(int Name, int NameLength, int Value, int ValueLength);
}

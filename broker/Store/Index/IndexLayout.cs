namespace Broker.Store.Index;

/// <summary>
/// An index file, big-endian (protocol.md §3.5): a header, a table of slots, and entries in the order of the messages.
/// A slot holds the number of the newest entry whose hash falls on it, each entry the number of the one before.
/// <code>
/// header 40: first time 8 | last time 8 | first position 8 | last position 8 | used slots 4 | entries 4 (from 1)
/// slot 4: number of the newest entry, 0 for none
/// entry 20: hash 4 | position 8 | seconds since the first time 4 | number of the previous entry 4
/// </code>
/// A key is <c>topic#key</c>; its hash the absolute value of Java's, 0 where that overflows. Entry 0 is never used.
/// </summary>
static class IndexLayout
{
    public const int HeaderBytes = 40;
    public const int SlotBytes = 4;
    public const int EntryBytes = 20;
    public const int FirstEntry = 1;

    /// <summary>Names are times: yyyyMMddHHmmssSSS.</summary>
    public const int NameLength = 17;

    public static long FileBytes(int slots, int entries) =>
        HeaderBytes + ((long)slots * SlotBytes) + ((long)entries * EntryBytes);

    public static long SlotAt(int slot) => HeaderBytes + ((long)slot * SlotBytes);

    public static long EntryAt(int slots, int entry) =>
        HeaderBytes + ((long)slots * SlotBytes) + ((long)entry * EntryBytes);

    public static int KeyHash(int javaHash) => javaHash == int.MinValue ? 0 : Math.Abs(javaHash);
}

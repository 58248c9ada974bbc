namespace Broker.Protocol.Messages;

/// <summary>The bits of a message's system flag (protocol.md §3.2).</summary>
public static class SysFlag
{
    public const int Compressed = 1;
    public const int MultiTags = 1 << 1;

    /// <summary>Two bits: the value is one of the four <c>Transaction…</c> constants.</summary>
    public const int TransactionMask = 3 << 2;

    public const int TransactionNone = 0;
    public const int TransactionPrepared = 1 << 2;
    public const int TransactionCommit = 2 << 2;
    public const int TransactionRollback = 3 << 2;
    public const int BornHostV6 = 1 << 4;
    public const int StoreHostV6 = 1 << 5;
    public const int NeedUnwrap = 1 << 6;
    public const int InnerBatch = 1 << 7;

    /// <summary>Three bits: 1 LZ4, 2 ZSTD, 3 ZLIB, and 0 with <see cref="Compressed"/> set is ZLIB too.</summary>
    public const int CompressionTypeMask = 7 << 8;

    /// <summary>The transaction bits alone.</summary>
    public static int Transaction(int sysFlag) => sysFlag & TransactionMask;

    /// <summary>The flag with other transaction bits.</summary>
    public static int WithTransaction(int sysFlag, int transaction) => (sysFlag & ~TransactionMask) | transaction;
}

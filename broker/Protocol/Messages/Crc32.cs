using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Broker.Protocol.Messages;

/// <summary>
/// CRC-32 as of IEEE 802.3 (the one of zip and of the reference). Folds 64 bytes at a time by carry-less multiplication
/// where the processor can, uses its CRC instruction on ARM, and a table elsewhere; all give the same.
/// </summary>
public static class Crc32
{
    /// <summary>The polynomial with its bits reversed.</summary>
    const uint Polynomial = 0xEDB88320;

    /// <summary>Below this the folding's set-up costs more than it saves.</summary>
    const int FoldedBytesMin = 64;

    static readonly uint[] Tables = BuildTables();

    /// <summary>What a message stores of its body: 31 bits (protocol.md §0.15).</summary>
    public static int OfBody(ReadOnlySpan<byte> body) => (int)(Compute(body) & 0x7FFFFFFF);

    /// <summary>The CRC of the bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The CRC of what gave <paramref name="crc"/>, followed by these bytes. Start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= FoldedBytesMin)
        {
            int folded = bytes.Length & ~15;
            state = Fold(state, bytes[..folded]);
            bytes = bytes[folded..];
        }
        return ~(Arm.Crc32.Arm64.IsSupported ? ByInstruction(state, bytes) : ByTable(state, bytes));
    }

    /// <summary>
    /// Eight bytes a step through eight tables. Public members choose; this one is the fallback and what the others
    /// are tested against.
    /// </summary>
    internal static uint ByTable(uint state, ReadOnlySpan<byte> bytes)
    {
        uint[] table = Tables;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state =
                table[(7 * 256) + (int)(low & 0xFF)]
                ^ table[(6 * 256) + (int)((low >> 8) & 0xFF)]
                ^ table[(5 * 256) + (int)((low >> 16) & 0xFF)]
                ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + (int)(high & 0xFF)]
                ^ table[(2 * 256) + (int)((high >> 8) & 0xFF)]
                ^ table[256 + (int)((high >> 16) & 0xFF)]
                ^ table[(int)(high >> 24)];
            bytes = bytes[8..];
        }
        foreach (byte value in bytes)
            state = table[(int)((state ^ value) & 0xFF)] ^ (state >> 8);
        return state;
    }

    static uint ByInstruction(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = Arm.Crc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (byte value in bytes)
            state = Arm.Crc32.ComputeCrc32(state, value);
        return state;
    }

    /// <summary>
    /// Folding after Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ" (Intel, 2009), for
    /// the reversed
    /// polynomial. The constants are x^n mod P for the distances folded over: 512±64, 128±64 and 96 bits, then
    /// Barrett's.
    /// </summary>
    /// <param name="state">The state so far.</param>
    /// <param name="bytes">A multiple of 16 bytes, at least 64.</param>
    static uint Fold(uint state, ReadOnlySpan<byte> bytes)
    {
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var by512 = Vector128.Create(0x1_5444_2bd4UL, 0x1_c6e4_1596UL);
        var by128 = Vector128.Create(0x1_7519_97d0UL, 0x0_ccaa_009eUL);
        var a = blocks[0] ^ Vector128.CreateScalar((ulong)state);
        var b = blocks[1];
        var c = blocks[2];
        var d = blocks[3];
        blocks = blocks[4..];
        while (blocks.Length >= 4)
        {
            a = Step(a, by512) ^ blocks[0];
            b = Step(b, by512) ^ blocks[1];
            c = Step(c, by512) ^ blocks[2];
            d = Step(d, by512) ^ blocks[3];
            blocks = blocks[4..];
        }
        a = Step(a, by128) ^ b;
        a = Step(a, by128) ^ c;
        a = Step(a, by128) ^ d;
        foreach (var block in blocks)
            a = Step(a, by128) ^ block;
        return Reduce(a, by128);
    }

    static Vector128<ulong> Step(Vector128<ulong> value, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(value, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, distance, 0x11);

    static uint Reduce(Vector128<ulong> value, Vector128<ulong> by128)
    {
        var low32 = Vector128.Create(0xFFFF_FFFFUL, 0xFFFF_FFFFUL);
        value = Sse2.ShiftRightLogical128BitLane(value, 8) ^ Pclmulqdq.CarrylessMultiply(value, by128, 0x10);
        var by96 = Vector128.CreateScalar(0x1_63cd_6124UL);
        value = Sse2.ShiftRightLogical128BitLane(value, 4) ^ Pclmulqdq.CarrylessMultiply(value & low32, by96, 0x00);
        var barrett = Vector128.Create(0x1_db71_0641UL, 0x1_f701_1641UL);
        var quotient = Pclmulqdq.CarrylessMultiply(value & low32, barrett, 0x10) & low32;
        value ^= Pclmulqdq.CarrylessMultiply(quotient, barrett, 0x00);
        return value.AsUInt32()[1];
    }

    static uint[] BuildTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? Polynomial ^ (crc >> 1) : crc >> 1;
            tables[value] = crc;
        }
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        return tables;
    }
}

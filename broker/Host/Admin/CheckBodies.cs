using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Broker.Host.Admin;

/// <summary>
/// The bodies of one run: each can be made again from its number, so that what comes back is compared with what was
/// sent and not with a sum of it.
/// </summary>
sealed class CheckBodies(long run, int bytes)
{
    /// <summary>Body number <paramref name="index"/>: SHA-256 of (run, index, block) after block.</summary>
    public byte[] Make(int index)
    {
        byte[] body = new byte[bytes];
        Span<byte> seed = stackalloc byte[16];
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(seed, run);
        BinaryPrimitives.WriteInt32BigEndian(seed[8..], index);
        for (int at = 0; at < bytes; at += block.Length)
        {
            BinaryPrimitives.WriteInt32BigEndian(seed[12..], at);
            SHA256.HashData(seed, block);
            block[..Math.Min(block.Length, bytes - at)].CopyTo(body.AsSpan(at));
        }
        return body;
    }

    /// <summary>The key that message <paramref name="index"/> carries.</summary>
    public string Key(int index) => $"check-{run:x}-{index}";

    /// <summary>The number in a key; false for a message that is not of this run.</summary>
    public bool TryIndex(string key, out int index)
    {
        index = -1;
        string prefix = $"check-{run:x}-";
        return key.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(key.AsSpan(prefix.Length), out index);
    }
}

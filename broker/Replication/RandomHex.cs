using System.Diagnostics.CodeAnalysis;

namespace Broker.Replication;

/// <summary>Random names as lower-case hex digits: the form of store ids, group ids and nonces.</summary>
static class RandomHex
{
    public static string Draw(Random random, int length)
    {
        var bytes = new byte[length / 2];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public static bool IsHex([NotNullWhen(true)] string? text, int length)
    {
        if (text is null || text.Length != length)
            return false;
        foreach (var c in text)
            if (!char.IsAsciiHexDigitLower(c) && !char.IsAsciiDigit(c))
                return false;
        return true;
    }
}

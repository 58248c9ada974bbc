namespace Broker.Replication;

/// <summary>
/// One row of the epoch table: from <paramref name="FirstPosition"/> on, the log was written by the master of
/// <paramref name="Epoch"/>. Synced before the first byte of its epoch (replication.md §2).
/// </summary>
/// <param name="Epoch">From 1, strictly rising down the table.</param>
/// <param name="FirstPosition">Byte position in the commit log; never falls down the table.</param>
/// <param name="Nonce">
/// Drawn at promotion, 16 hex digits: tells two writers of one epoch apart after an override.
/// </param>
public readonly record struct EpochEntry(long Epoch, long FirstPosition, string Nonce)
{
    /// <summary>Length of a nonce in characters.</summary>
    public const int NonceLength = 16;

    /// <summary>Draws a nonce for a promotion.</summary>
    public static string DrawNonce(Random random) => RandomHex.Draw(random, NonceLength);
}

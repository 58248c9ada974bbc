using System.Text;
using Broker.Replication;
using Xunit;

namespace Broker.Tests.Replication;

public sealed class ReplicaRecordTextTests
{
    static readonly StoreId Store = StoreId.Draw(new Random(1));

    static readonly ReplicaRecord Full = new()
    {
        Store = Store,
        Group = GroupId.Draw(new Random(2)),
        Promise = 4,
        Epochs = [new EpochEntry(1, 0, "0123456789abcdef"), new EpochEntry(4, 4096, "fedcba9876543210")],
        Known = new InSyncSet(4, 9, [new InSyncMember(Store, "orders-g0-0")]),
        BootId = "5f9d6f0e-0000-4000-8000-000000000000",
        CleanClose = true,
        FlushSync = true,
        Unsure = true,
    };

    [Fact]
    public void What_is_written_is_read_back()
    {
        foreach (var record in new[] { Full, ReplicaRecord.Create(Store) })
        {
            Assert.True(
                ReplicaRecordText.TryRead(ReplicaRecordText.Write(record), out var read, out var problem),
                problem
            );
            Assert.Equal(ReplicaRecordText.Write(record), ReplicaRecordText.Write(read));
            Assert.True(record.Epochs.SequenceEqual(read.Epochs));
            Assert.Equal(record, read with { Epochs = record.Epochs });
        }
    }

    [Fact]
    public void No_flipped_bit_goes_unnoticed()
    {
        var content = ReplicaRecordText.Write(Full);
        for (var at = 0; at < content.Length - 1; at++)
        {
            var damaged = content.ToArray();
            damaged[at] ^= 1;
            Assert.False(ReplicaRecordText.TryRead(damaged, out _, out _), $"byte {at}");
        }
    }

    [Fact]
    public void No_shorter_file_is_read()
    {
        var content = ReplicaRecordText.Write(Full);
        for (var length = 0; length < content.Length - 1; length++)
            Assert.False(ReplicaRecordText.TryRead(content.AsSpan(0, length), out _, out _), $"length {length}");
    }

    [Fact]
    public void A_table_beyond_the_promise_is_refused() => Refused(Full with { Promise = 3 }, "beyond the promise");

    [Fact]
    public void A_table_that_does_not_rise_is_refused() =>
        Refused(Full with { Epochs = [Full.Epochs[1], Full.Epochs[0]] }, "does not rise");

    [Fact]
    public void A_table_without_a_group_is_refused() => Refused(Full with { Group = null }, "without a group");

    [Fact]
    public void A_malformed_nonce_is_refused() => Refused(Full with { Epochs = [new EpochEntry(1, 0, "x")] }, "nonce");

    [Fact]
    public void A_text_that_is_no_record_is_refused_with_a_reason()
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("{}"u8));
        Assert.False(
            ReplicaRecordText.TryRead(Encoding.ASCII.GetBytes($"{{}}\nsha256:{hash}\n"), out _, out var problem)
        );
        Assert.Contains("not a replica record", problem, StringComparison.Ordinal);
    }

    static void Refused(ReplicaRecord record, string why)
    {
        Assert.False(ReplicaRecordText.TryRead(ReplicaRecordText.Write(record), out _, out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }
}

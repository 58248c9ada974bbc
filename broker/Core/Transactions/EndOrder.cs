namespace Broker.Core.Transactions;

/// <summary>What END_TRANSACTION (37) asks for.</summary>
/// <param name="Offset">The half message's offset in its topic: <c>tranStateTableOffset</c>.</param>
/// <param name="Position">Its position in the log.</param>
/// <param name="Decision">8 commit, 12 rollback; see <see cref="Protocol.Messages.SysFlag"/>.</param>
/// <param name="IsAnswer">The producer answers a check; else it decides by itself.</param>
readonly record struct EndOrder(long Offset, long Position, int Decision, bool IsAnswer);

using Broker.Protocol.Messages;

namespace Broker.Tests.Store;

/// <summary>The transaction bits, by name in test output.</summary>
public enum MessageTransaction
{
    Prepared = SysFlag.TransactionPrepared,
    Commit = SysFlag.TransactionCommit,
    Rollback = SysFlag.TransactionRollback,
}

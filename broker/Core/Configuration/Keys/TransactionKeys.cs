using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>When undecided transactions are asked about, and for how long.</summary>
static class TransactionKeys
{
    const int DayMs = 24 * 60 * 60 * 1000;

    public static readonly ConfigKey[] All =
    [
        Bool(
            ConfigSection.Transactions,
            "rejectTransactionMessage",
            Live,
            o => o.RejectTransactionMessage,
            (o, v) => o.RejectTransactionMessage = v,
            "Refuse prepared messages of transactions with NO_PERMISSION."
        ),
        Int(
            ConfigSection.Transactions,
            "transactionTimeOut",
            Live,
            1,
            DayMs,
            o => o.TransactionTimeOutMs,
            (o, v) => o.TransactionTimeOutMs = v,
            "Milliseconds before the first check of a transaction whose message does not say otherwise."
        ),
        Int(
            ConfigSection.Transactions,
            "transactionCheckInterval",
            Live,
            1,
            DayMs,
            o => o.TransactionCheckIntervalMs,
            (o, v) => o.TransactionCheckIntervalMs = v,
            "Milliseconds between checks of undecided transactions."
        ),
        Int(
            ConfigSection.Transactions,
            "transactionCheckMax",
            Live,
            1,
            int.MaxValue,
            o => o.TransactionCheckMax,
            (o, v) => o.TransactionCheckMax = v,
            "Checks of a transaction; then its message goes to TRANS_CHECK_MAX_TIME_TOPIC."
        ),
    ];
}

namespace Broker.Core.Transactions;

/// <summary>What is to be done about an open half message.</summary>
enum CheckVerdict
{
    /// <summary>It is fresh, and so is what comes behind it.</summary>
    Stop,

    /// <summary>Its producer wants to be left alone for now.</summary>
    Skip,

    /// <summary>Ask its producer.</summary>
    Ask,

    /// <summary>It was asked about often enough, or for long enough.</summary>
    GiveUp,
}

namespace Operator.Api.Conditions;

/// <summary>The questions that a status answers, each on its own.</summary>
public enum ConditionType
{
    /// <summary>Was everything in the spec applied, and does everything that it promises serve?</summary>
    Ready,

    /// <summary>Can a client send and receive now?</summary>
    Available,

    /// <summary>Is something on its way that needs nobody's help?</summary>
    Progressing,

    /// <summary>Does something not serve that should?</summary>
    Degraded,

    /// <summary>Do the pods run what the spec says?</summary>
    ConfigurationApplied,

    /// <summary>Do pods wait to be replaced by somebody? Absent unless they do.</summary>
    PodsOutdated,

    /// <summary>Was the operator told to change nothing? Absent unless it was.</summary>
    Paused,

    /// <summary>Is there something a person should know though all serves? Absent unless there is.</summary>
    Warning,

    /// <summary>Does every broker group hold what the Topic or Group says?</summary>
    Synced,

    /// <summary>Do name servers tell clients of the Topic?</summary>
    Routed,

    /// <summary>Are members of the Group online?</summary>
    Consuming,

    /// <summary>Do all members of the Group subscribe to the same?</summary>
    Consistent,

    /// <summary>kstatus: work goes on. Absent in steady state.</summary>
    Reconciling,

    /// <summary>kstatus: only a person can help. Absent in steady state.</summary>
    Stalled,
}

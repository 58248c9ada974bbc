namespace Broker.Host.Logs;

/// <summary>How log lines look.</summary>
enum LogFormat
{
    /// <summary>For people: text on a terminal, else <see cref="Json"/>.</summary>
    Auto,

    /// <summary>One line of text per event.</summary>
    Text,

    /// <summary>One JSON object per line.</summary>
    Json,
}

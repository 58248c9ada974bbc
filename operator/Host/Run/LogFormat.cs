namespace Operator.Host.Run;

/// <summary>How a log entry is written.</summary>
public enum LogFormat
{
    /// <summary>Text when standard error is a terminal, else JSON.</summary>
    Auto,

    /// <summary>One line of text.</summary>
    Text,

    /// <summary>One JSON object in a line.</summary>
    Json,
}

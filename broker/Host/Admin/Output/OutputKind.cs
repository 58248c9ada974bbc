namespace Broker.Host.Admin.Output;

/// <summary>How the result of a verb is written.</summary>
enum OutputKind
{
    /// <summary>Aligned columns, for people.</summary>
    Table,

    /// <summary>One JSON object, for programs.</summary>
    Json,
}

namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>A column of <c>kubectl get</c> by its JSON path.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    public string JsonPath { get; } = jsonPath;

    public string Name { get; } = name;

    public string Type { get; } = type;

    public string? Description { get; init; }

    public string? Format { get; init; }

    public PrinterColumnPriority Priority { get; init; }
}

namespace Broker.Core.Configuration;

/// <summary>A configuration that cannot be used. The message is one sentence for the person who wrote it.</summary>
public sealed class ConfigException(string message) : Exception(message);

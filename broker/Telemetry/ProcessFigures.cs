namespace Broker.Telemetry;

/// <summary>One look at the process. Bytes and counts; 0 where the system does not tell.</summary>
readonly record struct ProcessFigures(long VirtualBytes, long ResidentBytes, long AnonymousBytes, long Threads);

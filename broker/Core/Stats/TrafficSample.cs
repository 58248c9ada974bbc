namespace Broker.Core.Stats;

/// <summary>Counters at one moment; the time is in ms on a clock that never goes back.</summary>
readonly record struct TrafficSample(long TimeMs, long Messages, long Bytes, long Calls);

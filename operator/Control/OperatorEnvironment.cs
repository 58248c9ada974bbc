using System.Diagnostics.Metrics;
using k8s;
using Microsoft.Extensions.Logging;
using Operator.KubeClient.Resources;
using Operator.Plan;

namespace Operator.Control;

/// <summary>What an operator runs in: the API server, the clock, chance, and where it reports.</summary>
public sealed class OperatorEnvironment
{
    readonly Lock _gate = new();

    /// <summary>The API server.</summary>
    public required Kubernetes Kubernetes { get; init; }

    /// <summary>The API server's version, by which the versions of some APIs are chosen.</summary>
    public required ServerVersion Version { get; init; }

    /// <summary>What the planners have to know of this install and this cluster.</summary>
    public required PlannerSettings Planner { get; init; }

    /// <summary>Where instruments are registered.</summary>
    public required IMeterFactory Metrics { get; init; }

    /// <summary>Where events of the log go.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>The clock of deadlines, delays and ages.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Chance, for jitter alone.</summary>
    public Random Random { get; init; } = new();

    /// <summary>A source of its own for somebody who draws on another thread.</summary>
    internal Random DrawRandom()
    {
        lock (_gate)
            return new Random(Random.Next());
    }
}

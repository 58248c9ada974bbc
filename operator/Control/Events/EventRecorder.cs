using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Control.Apply;
using Operator.KubeClient.Resources;
using Operator.Plan;
using Operator.Plan.Diff;

namespace Operator.Control.Events;

/// <summary>
/// Records events on objects. The same event within ten minutes becomes a higher count of the first (operators.md
/// §3.6). An event that cannot be written is dropped: the condition says the same.
/// </summary>
sealed class EventRecorder(ResourceClient<Corev1Event> client, string component, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan SeriesWindow = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Series that are remembered; beyond it the oldest goes, and costs one event more if it comes again.
    /// </summary>
    const int MostSeries = 1024;

    readonly Dictionary<string, Corev1Event> _series = [];
    readonly Lock _gate = new();

    /// <summary>Writes the event.</summary>
    public async Task RecordAsync(
        IKubernetesObject<V1ObjectMeta> about,
        PlannedEvent planned,
        CancellationToken cancellationToken
    )
    {
        var key = $"{about.Metadata.Uid}/{planned.Reason}/{planned.Message}";
        try
        {
            var known = Find(key);
            var written = known is null
                ? await client.CreateAsync(New(about, planned, key), cancellationToken: cancellationToken)
                : await client.PatchAsync(
                    Counted(known),
                    known.Metadata.Name!,
                    known.Metadata.NamespaceProperty,
                    cancellationToken: cancellationToken
                );
            Remember(key, written);
        }
        catch (Exception e) when (ApiFailure.IsOne(e))
        {
            Forget(key);
            ControlLog.EventDropped(logger, planned.Reason.ToString(), about.Metadata.Name, e.Message);
        }
    }

    Corev1Event New(IKubernetesObject<V1ObjectMeta> about, PlannedEvent planned, string key)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new Corev1Event
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"{about.Metadata.Name}.{Fingerprint.OfText($"{key}/{now.Ticks}")}",
                NamespaceProperty = about.Metadata.NamespaceProperty,
            },
            InvolvedObject = new V1ObjectReference
            {
                ApiVersion = about.ApiVersion,
                Kind = about.Kind,
                Name = about.Metadata.Name,
                NamespaceProperty = about.Metadata.NamespaceProperty,
                Uid = about.Metadata.Uid,
                ResourceVersion = about.Metadata.ResourceVersion,
            },
            Type = planned.IsWarning ? "Warning" : "Normal",
            Reason = planned.Reason.ToString(),
            Message = planned.Message,
            Count = 1,
            FirstTimestamp = now,
            LastTimestamp = now,
            Source = new V1EventSource { Component = component },
        };
    }

    /// <summary>By patch, which is all that is granted on events besides making them.</summary>
    V1Patch Counted(Corev1Event known)
    {
        var counted = KubernetesJson.SerializeToNode(
            known with
            {
                Count = (known.Count ?? 1) + 1,
                LastTimestamp = time.GetUtcNow().UtcDateTime,
            }
        );
        var change = new JsonObject
        {
            ["count"] = counted["count"]!.DeepClone(),
            ["lastTimestamp"] = counted["lastTimestamp"]!.DeepClone(),
        };
        return new V1Patch(change.ToJsonString(), V1Patch.PatchType.MergePatch);
    }

    Corev1Event? Find(string key)
    {
        lock (_gate)
            return _series.TryGetValue(key, out var known) && !IsOld(known) ? known : null;
    }

    void Remember(string key, Corev1Event written)
    {
        lock (_gate)
        {
            _series[key] = written;
            if (_series.Count <= MostSeries)
                return;
            foreach (var (old, value) in _series)
                if (IsOld(value))
                    _series.Remove(old);
            if (_series.Count > MostSeries)
                _series.Remove(_series.MinBy(s => s.Value.LastTimestamp).Key);
        }
    }

    void Forget(string key)
    {
        lock (_gate)
            _series.Remove(key);
    }

    bool IsOld(Corev1Event known) => time.GetUtcNow().UtcDateTime - known.FirstTimestamp > SeriesWindow;
}

using System.Net;
using k8s.Autorest;
using k8s.Models;
using Operator.KubeClient.Resources;

namespace k8s.LeaderElection.ResourceLock;

/// <summary>
/// A lock that is a <see cref="V1Lease"/>; of its writes the server accepts the first and refuses the others (409).
/// </summary>
public sealed class LeaseLock(IKubernetes client, string @namespace, string name, string identity) : ILock
{
    readonly ResourceClient<V1Lease> leases = client.Resources<V1Lease>();
    V1Lease? last;

    public string Identity => identity;

    public async Task<LeaderElectionRecord?> GetAsync(CancellationToken cancellationToken = default)
    {
        last = await leases.GetAsync(name, @namespace, cancellationToken);
        return last is null ? null : RecordOf(last.Spec ?? new V1LeaseSpec());
    }

    public async Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default)
    {
        var lease = new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace },
        };
        Fill(lease, record);
        try
        {
            last = await leases.CreateAsync(lease, cancellationToken: cancellationToken);
            return true;
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    public async Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default)
    {
        if (last is null)
            return false;
        Fill(last, record);
        try
        {
            last = await leases.UpdateAsync(last, cancellationToken: cancellationToken);
            return true;
        }
        catch (HttpOperationException e)
            when (e.Response?.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    public string Describe() => $"{@namespace}/{name}";

    static LeaderElectionRecord RecordOf(V1LeaseSpec spec) =>
        new()
        {
            HolderIdentity = spec.HolderIdentity,
            LeaseDurationSeconds = spec.LeaseDurationSeconds ?? 0,
            AcquireTime = spec.AcquireTime,
            RenewTime = spec.RenewTime,
            LeaderTransitions = spec.LeaseTransitions ?? 0,
        };

    static void Fill(V1Lease lease, LeaderElectionRecord record)
    {
        var spec = lease.Spec ??= new V1LeaseSpec();
        spec.HolderIdentity = record.HolderIdentity;
        spec.LeaseDurationSeconds = record.LeaseDurationSeconds;
        spec.AcquireTime = record.AcquireTime;
        spec.RenewTime = record.RenewTime;
        spec.LeaseTransitions = record.LeaderTransitions;
    }
}

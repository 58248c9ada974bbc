using System.Net;
using System.Text;
using Broker.Protocol.Messages;

namespace Broker.Core;

/// <summary>
/// What this broker is at the moment and under which address clients know it. Replaced as a whole when that changes, so
/// a request sees one state from beginning to end.
/// </summary>
public sealed class BrokerStanding
{
    /// <param name="isMaster">Whether sends are taken.</param>
    /// <param name="epoch">The election's number; 0 for a static master.</param>
    /// <param name="address">The address that clients are told.</param>
    /// <param name="uniqueIds">Names messages whose sender gave no name.</param>
    public BrokerStanding(bool isMaster, long epoch, IPEndPoint address, UniqueIdSource uniqueIds)
    {
        IsMaster = isMaster;
        Epoch = epoch;
        Address = address;
        UniqueIds = uniqueIds;
        var host = new HostAddress(address);
        StoreHost = new byte[host.Length];
        host.Write(StoreHost);
        HostText = Encoding.ASCII.GetBytes(address.Address.ToString());
    }

    /// <summary>Whether sends are taken.</summary>
    public bool IsMaster { get; }

    /// <summary>The election's number; 0 for a static master.</summary>
    public long Epoch { get; }

    /// <summary>The address that clients are told and that message ids carry.</summary>
    public IPEndPoint Address { get; }

    /// <summary><see cref="Address"/> as messages hold it. Not to be changed.</summary>
    public byte[] StoreHost { get; }

    /// <summary>The host alone, as remarks name the broker.</summary>
    public byte[] HostText { get; }

    /// <summary>Names messages whose sender gave no name.</summary>
    public UniqueIdSource UniqueIds { get; }
}

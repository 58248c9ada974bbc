using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>A member of a group as it is at one moment: whom to push to, and in which form.</summary>
readonly record struct GroupClient(Connection Connection, string ClientId, LanguageCode Language, int Version)
{
    /// <summary>The remark to who asked for something that a member cannot do.</summary>
    public static string TooOld(in GroupClient client) =>
        $"the client {client.ClientId} does not support this feature. version={client.Version}";
}

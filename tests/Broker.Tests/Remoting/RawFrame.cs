using System.Text;
using Broker.Protocol.Headers;

namespace Broker.Tests.Remoting;

/// <summary>A frame that a <see cref="RawClient"/> has received.</summary>
sealed record RawFrame(Header Header, byte[] Body)
{
    public string Remark => Encoding.UTF8.GetString(Header.Remark);

    public string? this[string field] => Header.Fields.GetString(Encoding.UTF8.GetBytes(field));
}

using System.Text;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Core;

/// <summary>A message of a pull's body, copied out; its checksum was compared.</summary>
sealed record PulledMessage(
    string Topic,
    int QueueId,
    long QueueOffset,
    long Position,
    byte[] Body,
    IReadOnlyDictionary<string, string> Properties,
    int ReconsumeTimes,
    int Flag,
    int SysFlag,
    long BornTimestamp,
    string OffsetId
)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public static List<PulledMessage> All(ReadOnlyMemory<byte> body)
    {
        var messages = new List<PulledMessage>();
        var rest = body.Span;
        while (!rest.IsEmpty)
        {
            Assert.Equal(MessageProblem.None, MessageView.Read(rest, out var view));
            Assert.True(view.BodyIsIntact, "A message's body does not match its checksum.");
            messages.Add(
                new PulledMessage(
                    Encoding.UTF8.GetString(view.Topic),
                    view.QueueId,
                    view.QueueOffset,
                    view.PhysicalOffset,
                    view.Body.ToArray(),
                    MessageProperties.ToDictionary(view.Properties),
                    view.ReconsumeTimes,
                    view.Flag,
                    view.SysFlag,
                    view.BornTimestamp,
                    OffsetMessageId.ToString(view.StoreHost, view.PhysicalOffset)
                )
            );
            rest = rest[view.TotalSize..];
        }
        return messages;
    }
}

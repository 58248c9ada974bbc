using System.Text;
using Broker.Store;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

/// <summary>Writes messages to a topic's queue 0, past all that a send would check.</summary>
sealed class RawMessages(MessageStore store, string topic)
{
    public void Append(string body, string properties)
    {
        var message = new AppendRequest
        {
            Queue = store.Topic(topic).Queue(0),
            Body = Encoding.UTF8.GetBytes(body),
            Properties = Encoding.UTF8.GetBytes(TestBroker.Properties(properties)),
            BornHost = [10, 0, 0, 1, 0, 0, 4, 210],
        };
        Assert.Equal(AppendStatus.Accepted, store.Append(message, new Outcome()));
        store.EndOfBatch();
        store.EnsureSegment();
    }
}

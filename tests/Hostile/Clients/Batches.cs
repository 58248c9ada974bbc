using System.Buffers;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Messages;

namespace Hostile.Clients;

/// <summary>Bodies of batches, and topics filled by them.</summary>
static class Batches
{
    const int PerBatch = 2000;

    public static byte[] Body(int count, Func<int, string> properties)
    {
        var target = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
            BatchWriter.Add(target, 0, Encoding.UTF8.GetBytes($"b{i}"), Encoding.UTF8.GetBytes(properties(i)));
        return target.WrittenSpan.ToArray();
    }

    public static async Task FillAsync(Client client, string topic, int messages)
    {
        var body = Body(PerBatch, _ => "TAGS\u0001a\u0002");
        for (var sent = 0; sent < messages; sent += PerBatch)
        {
            var fields = Client.SendFields(topic, 0, "producers", 0, []);
            (await client.CallAsync(RequestCode.SendBatchMessage, fields, body)).EnsureSuccess();
        }
    }
}

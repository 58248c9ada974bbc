using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// A message to send. Its keys are unique in a test, which is how what arrives is matched with what was sent.
/// </summary>
public sealed record TestMessage(string Topic, string Tags, string Keys, string Body)
{
    public IReadOnlyDictionary<string, string> Properties { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body)));

    public string ToJson() =>
        new JsonObject
        {
            ["topic"] = Topic,
            ["tags"] = Tags,
            ["keys"] = Keys,
            ["body"] = Body,
            ["properties"] = new JsonObject(
                Properties.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            ),
        }.ToJsonString();

    /// <summary>Short texts in several scripts, of 1 to about 600 bytes, the same ones for the same seed.</summary>
    public static List<TestMessage> Many(string topic, int count, int seed)
    {
        string[] words =
        [
            "order",
            "订单",
            "已付款",
            "платёж",
            "ありがとう",
            "🚀",
            "👩‍👩‍👧",
            "\"quoted\"",
            "a\\b",
            "ñ",
            "\t",
            "<&>",
        ];
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(number => new TestMessage(
                    topic,
                    $"tag-{number % 5}",
                    $"key-{number}",
                    $"{number} " + string.Join(' ', random.GetItems(words, random.Next(0, 40)))
                )),
        ];
    }

    /// <summary>A text of exactly <paramref name="bytes"/> bytes that compresses to about half, no better.</summary>
    public static string LargeText(int bytes, int seed)
    {
        var random = new byte[bytes / 2];
        new Random(seed).NextBytes(random);
        return Convert.ToHexString(random);
    }
}

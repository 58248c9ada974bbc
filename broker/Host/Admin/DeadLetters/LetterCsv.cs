using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// Dead letters as CSV (RFC 4180: lines end with CR LF). The columns are those of Aliyun's export; times are ms since
/// 1970, and <c>storeTimestamp</c> is when the message died. The body is what the sender gave, unpacked where that can
/// be done (zlib), and <c>bodyCRC</c> is of the same bytes. Cells are not altered for spreadsheets: an id is its
/// sender's text and may begin with any character, a topic with <c>-</c>, Base64 with <c>+</c>.
/// </summary>
static class LetterCsv
{
    /// <summary>The first line.</summary>
    public const string Header =
        "topic,msgId,bornHost,bornTimestamp,storeTimestamp,reconsumeTimes,properties,body,bodyCRC\r\n";

    /// <summary>One letter.</summary>
    public static string Line(DeadLetter letter)
    {
        var message = letter.Message;
        var line = new StringBuilder();
        Cell(line, letter.Topic);
        Cell(line, letter.Id);
        Cell(line, message.BornHost);
        Cell(line, message.Born.Ms);
        Cell(line, message.Stored.Ms);
        Cell(line, message.ReconsumeTimes);
        Cell(line, Json(message.Properties));
        Cell(line, Convert.ToBase64String(message.Body));
        Cell(line, Crc32.OfBody(message.Body));
        line.Length--;
        return line.Append("\r\n").ToString();
    }

    static void Cell(StringBuilder line, long number) => line.Append(CultureInfo.InvariantCulture, $"{number},");

    static void Cell(StringBuilder line, string text)
    {
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
            line.Append(text);
        else
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        line.Append(',');
    }

    static string Json(IReadOnlyDictionary<string, string> properties)
    {
        using var text = new MemoryStream();
        // It stands in no page, so quotes in values need not be written as numbers.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(text, options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in properties.OrderBy(one => one.Key, StringComparer.Ordinal))
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}

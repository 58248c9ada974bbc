using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Broker.Host.Admin.Output;

/// <summary>
/// The result of a verb: values, records and tables in the order in which they become known. As JSON it is one object
/// with a member for each of them; as text, columns. Written as it comes, so that a long result needs little memory.
/// </summary>
sealed class Report(TextWriter output, OutputKind kind) : IDisposable
{
    /// <summary>Rows whose widths are measured together: columns of a longer table may shift once per page.</summary>
    const int RowsPerPage = 1000;

    /// <summary>JSON that is gathered before it is written out.</summary>
    const int BufferBytes = 16 * 1024;

    readonly ArrayBufferWriter<byte> buffer = new();
    readonly List<string[]> page = [];
    Utf8JsonWriter? json;
    string[] columns = [];
    long rows;
    bool inTable;
    bool begun;

    /// <summary>One named value.</summary>
    public void Value(string name, object? value)
    {
        Next();
        if (kind == OutputKind.Json)
            Member(name, value);
        else
            output.WriteLine($"{Title(name)}: {Cell(value)}");
    }

    /// <summary>A text of several lines, such as a file or stacks.</summary>
    public void Text(string name, string text)
    {
        Next();
        if (kind == OutputKind.Json)
            Member(name, text);
        else
            output.WriteLine(text.TrimEnd());
    }

    /// <summary>Several named values of one thing.</summary>
    public void Record(string name, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        Next();
        if (kind == OutputKind.Json)
        {
            Json().WriteStartObject(name);
            foreach (var (field, value) in fields)
                Member(field, value);
            Json().WriteEndObject();
            return;
        }
        int width = 0;
        foreach (var (field, _) in fields)
            width = Math.Max(width, Title(field).Length);
        foreach (var (field, value) in fields)
            output.WriteLine($"{(Title(field) + ":").PadRight(width + 2)}{Cell(value)}");
    }

    /// <summary>Begins a table; rows go to the table that was begun last.</summary>
    public void Table(string name, params string[] columns)
    {
        Next();
        this.columns = columns;
        inTable = true;
        rows = 0;
        if (kind == OutputKind.Json)
            Json().WriteStartArray(name);
        else
            page.Add([.. columns.Select(column => Title(column).ToUpperInvariant())]);
    }

    /// <summary>One row, with as many cells as the table has columns.</summary>
    public void Row(params ReadOnlySpan<object?> cells)
    {
        rows++;
        if (kind == OutputKind.Table)
        {
            string[] texts = new string[cells.Length];
            for (int i = 0; i < cells.Length; i++)
                texts[i] = Cell(cells[i]);
            page.Add(texts);
            if (page.Count >= RowsPerPage)
                WritePage();
            return;
        }
        Json().WriteStartObject();
        for (int i = 0; i < cells.Length; i++)
            Member(columns[i], cells[i]);
        Json().WriteEndObject();
        if (Json().BytesPending + buffer.WrittenCount > BufferBytes)
            WriteJson();
    }

    /// <summary>Ends the result. A result of nothing is an empty object, or no text.</summary>
    public void Finish()
    {
        EndTable();
        if (kind == OutputKind.Json)
        {
            Json().WriteEndObject();
            WriteJson();
            output.WriteLine();
        }
        output.Flush();
    }

    /// <summary>
    /// Ends a result that stays incomplete: what is in it was done, and of nothing not even a heading is left.
    /// </summary>
    public void Abandon()
    {
        if (rows == 0)
            page.Clear();
        if (json is not null || kind == OutputKind.Table)
            Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => json?.Dispose();

    void Next()
    {
        EndTable();
        if (begun && kind == OutputKind.Table && columns.Length > 0)
            output.WriteLine();
        columns = [];
        begun = true;
    }

    void EndTable()
    {
        if (!inTable)
            return;
        inTable = false;
        if (kind == OutputKind.Json)
            Json().WriteEndArray();
        else
            WritePage();
    }

    void WritePage()
    {
        if (page.Count == 0)
            return;
        int[] widths = [.. columns.Select((_, i) => page.Max(row => row[i].Length))];
        var line = new StringBuilder();
        foreach (var row in page)
        {
            line.Clear();
            for (int i = 0; i < row.Length; i++)
                line.Append(row[i].PadRight(widths[i] + 2));
            output.WriteLine(line.ToString().TrimEnd());
        }
        page.Clear();
    }

    Utf8JsonWriter Json()
    {
        if (json is not null)
            return json;
        json = new Utf8JsonWriter(
            buffer,
            new JsonWriterOptions
            {
                Indented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
        json.WriteStartObject();
        return json;
    }

    void WriteJson()
    {
        Json().Flush();
        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        buffer.Clear();
    }

    void Member(string name, object? value)
    {
        Json().WritePropertyName(name);
        switch (value)
        {
            case null:
                Json().WriteNullValue();
                break;
            case bool truth:
                Json().WriteBooleanValue(truth);
                break;
            case int or long:
                Json().WriteNumberValue(Convert.ToInt64(value, null));
                break;
            case double real:
                Json().WriteNumberValue(real);
                break;
            case Moment moment:
                Json().WriteNumberValue(moment.Ms);
                break;
            default:
                Json().WriteStringValue(value.ToString());
                break;
        }
    }

    /// <summary>As a person reads it: on one line.</summary>
    static string Cell(object? value) =>
        value switch
        {
            null or "" => "-",
            bool truth => truth ? "true" : "false",
            double real => real.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString()!.ReplaceLineEndings("\\n"),
        };

    /// <summary><c>queueId</c> as <c>queue id</c>.</summary>
    static string Title(string name)
    {
        var title = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && title.Length > 0)
                title.Append(' ');
            title.Append(char.ToLowerInvariant(letter));
        }
        return title.ToString();
    }
}

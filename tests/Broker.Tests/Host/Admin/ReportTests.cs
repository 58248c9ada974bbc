using System.Text.Json;
using Broker.Host.Admin.Output;
using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class ReportTests
{
    [Fact]
    public void A_table_is_aligned_and_an_empty_cell_is_a_dash()
    {
        string text = Write(
            OutputKind.Table,
            report =>
            {
                report.Table("rows", "name", "queueId");
                report.Row("a longer one", 1);
                report.Row(null, 20L);
                report.Value("diffTotal", 1.5);
            }
        );
        Assert.Equal("NAME          QUEUE ID\na longer one  1\n-             20\n\ndiff total: 1.50\n", text);
    }

    [Fact]
    public void Line_breaks_stay_inside_their_cell() =>
        Assert.Equal(
            "BODY\ntwo\\nlines\n",
            Write(
                OutputKind.Table,
                report =>
                {
                    report.Table("rows", "body");
                    report.Row("two\nlines");
                }
            )
        );

    [Fact]
    public void Every_kind_of_value_is_itself_in_json()
    {
        string text = Write(
            OutputKind.Json,
            report =>
            {
                report.Table("rows", "text", "whole", "real", "truth", "time", "none");
                report.Row("é\"", 1, 0.5, true, new Moment(7), null);
                report.Record("one", ("a", 1));
                report.Text("stacks", "a\nb");
            }
        );
        var json = JsonDocument.Parse(text).RootElement;
        var row = json.GetProperty("rows")[0];
        Assert.Equal(
            [JsonValueKind.String, JsonValueKind.Number, JsonValueKind.Number, JsonValueKind.True],
            row.EnumerateObject().Take(4).Select(member => member.Value.ValueKind)
        );
        Assert.Equal("é\"", row.GetProperty("text").GetString());
        Assert.Equal(0.5, row.GetProperty("real").GetDouble());
        Assert.Equal(7, row.GetProperty("time").GetInt64());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("none").ValueKind);
        Assert.Contains("é", text);
        Assert.Equal(1, json.GetProperty("one").GetProperty("a").GetInt32());
        Assert.Equal("a\nb", json.GetProperty("stacks").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_table_is_written_as_it_comes(bool asJson)
    {
        const int rows = 2500;
        var output = new StringWriter();
        using var report = new Report(output, asJson ? OutputKind.Json : OutputKind.Table);
        report.Table("rows", "number");
        for (int i = 0; i < rows; i++)
            report.Row(i);
        Assert.True(output.ToString().Length > 5000);
        report.Finish();
        if (asJson)
            Assert.Equal(rows, JsonDocument.Parse(output.ToString()).RootElement.GetProperty("rows").GetArrayLength());
        else
            Assert.Equal(rows + 1, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void What_was_done_before_a_failure_is_still_shown_and_of_nothing_not_even_a_heading()
    {
        foreach (var kind in Enum.GetValues<OutputKind>())
        {
            var output = new StringWriter();
            using var report = new Report(output, kind);
            report.Table("rows", "number");
            if (kind == OutputKind.Json)
                report.Row(1);
            report.Abandon();
            if (kind == OutputKind.Json)
                Assert.Equal(1, JsonDocument.Parse(output.ToString()).RootElement.GetProperty("rows").GetArrayLength());
            else
                Assert.Empty(output.ToString());
        }
    }

    [Fact]
    public void A_result_of_nothing_is_an_empty_object() => Assert.Equal("{}", Write(OutputKind.Json, _ => { }).Trim());

    [Fact]
    public void No_time_is_a_dash() => Assert.Equal("-", new Moment(0).ToString());

    static string Write(OutputKind kind, Action<Report> fill)
    {
        var output = new StringWriter { NewLine = "\n" };
        using var report = new Report(output, kind);
        fill(report);
        report.Finish();
        return output.ToString();
    }
}

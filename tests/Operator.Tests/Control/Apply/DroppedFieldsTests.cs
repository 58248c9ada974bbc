using System.Text.Json.Nodes;
using Operator.Control.Apply;
using Xunit;

namespace Operator.Tests.Control.Apply;

public sealed class DroppedFieldsTests
{
    readonly SteppedTime _time = new();
    readonly DroppedFields _dropped;

    public DroppedFieldsTests() => _dropped = new DroppedFields(_time);

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"a":1,"b":3}""", """{"a":1}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":1}}""", """{"a":{"b":5,"c":2}}""", """{"a":{"b":5}}""")]
    [InlineData("""{"a":[{"b":1,"c":2}]}""", """{"a":[{"b":1}]}""", """{"a":[{"b":3,"c":4}]}""", """{"a":[{"b":3}]}""")]
    public void What_was_dropped_once_is_not_missed(string sent, string kept, string wanted, string held)
    {
        Assert.False(AreAllThatIsMissing(wanted, held));
        _dropped.Answered(JsonNode.Parse(sent)!, JsonNode.Parse(kept));
        Assert.True(AreAllThatIsMissing(wanted, held));
    }

    [Fact]
    public void Another_difference_is_one()
    {
        _dropped.Answered(JsonNode.Parse("""{"a":1,"b":2}""")!, JsonNode.Parse("""{"a":1}"""));
        Assert.False(AreAllThatIsMissing("""{"a":2,"b":2}""", """{"a":1}"""));
        Assert.False(AreAllThatIsMissing("""{"a":1,"b":2,"c":3}""", """{"a":1}"""));
    }

    [Fact]
    public void A_field_is_tried_again_after_ten_minutes()
    {
        _dropped.Answered(JsonNode.Parse("""{"a":1,"b":2}""")!, JsonNode.Parse("""{"a":1}"""));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(AreAllThatIsMissing("""{"a":1,"b":2}""", """{"a":1}"""));
    }

    [Fact]
    public void A_field_that_is_kept_again_is_missed_when_it_is_not_there()
    {
        _dropped.Answered(JsonNode.Parse("""{"a":1,"b":2}""")!, JsonNode.Parse("""{"a":1}"""));
        _dropped.Answered(JsonNode.Parse("""{"a":1,"b":2}""")!, JsonNode.Parse("""{"a":1,"b":2}"""));
        Assert.False(AreAllThatIsMissing("""{"a":1,"b":2}""", """{"a":1}"""));
    }

    bool AreAllThatIsMissing(string wanted, string held) =>
        _dropped.AreAllThatIsMissing(JsonNode.Parse(wanted)!, JsonNode.Parse(held));
}

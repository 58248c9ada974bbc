using Broker.Core.Filter;
using Broker.Protocol.Messages;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Core.Filter;

public sealed class MessageFiltersTests
{
    readonly MessageFilters _filters = new();

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("  * ")]
    public void Everything_passes_without_tags(string expression)
    {
        Assert.True(_filters.TryGet("TAG"u8, Utf8(expression), out var filter));
        Assert.Same(MessageFilter.All, filter);
    }

    [Theory]
    [InlineData("a || b")]
    [InlineData("a||b")]
    [InlineData(" a ||b|| ")]
    public void Tags_are_compared_by_their_hash(string expression)
    {
        Assert.True(_filters.TryGet("TAG"u8, Utf8(expression), out var filter));
        Assert.True(filter.MatchesTag(JavaHash.Of("a"u8)));
        Assert.True(filter.MatchesTag(JavaHash.Of("b"u8)));
        Assert.False(filter.MatchesTag(JavaHash.Of("c"u8)));
    }

    [Fact]
    public void An_expression_without_a_tag_is_refused() => Assert.False(_filters.TryGet("TAG"u8, "||"u8, out _));

    [Fact]
    public void An_expression_is_parsed_once()
    {
        _filters.TryGet("TAG"u8, "x || y"u8, out var first);
        _filters.TryGet("TAG"u8, "x || y"u8, out var second);
        Assert.Same(first, second);
    }

    static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}

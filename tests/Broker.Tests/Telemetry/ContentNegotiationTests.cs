using Broker.Telemetry;
using Xunit;

namespace Broker.Tests.Telemetry;

public sealed class ContentNegotiationTests
{
    [Theory]
    [InlineData(null, ExpositionFormat.PrometheusText)]
    [InlineData("*/*", ExpositionFormat.PrometheusText)]
    [InlineData("text/html, nonsense;;;q=x", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text; version=1.0.0", ExpositionFormat.OpenMetrics)]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1",
        ExpositionFormat.OpenMetrics
    )]
    [InlineData("application/openmetrics-text;q=0.1, text/plain", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=0", ExpositionFormat.PrometheusText)]
    public void The_heavier_of_the_two_wins(string? accept, ExpositionFormat expected) =>
        Assert.Equal(expected, ContentNegotiation.Choose(accept));
}

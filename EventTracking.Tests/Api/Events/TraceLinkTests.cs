using EventTracking.Api.Events;
using Microsoft.Extensions.Configuration;

namespace EventTracking.Tests.Api.Events;

public sealed class TraceLinkTests
{
    private const string Trace = "5759e988bd862e3fe1be46a994272793";
    private const string Console = "https://eu-west-1.console.aws.amazon.com/xray/home?region=eu-west-1#/traces/1-5759e988-bd862e3fe1be46a994272793";

    [Theory]
    [InlineData("Aws", "eu-west-1", null, Trace, Console)]
    [InlineData("aws", "eu-west-1", null, Trace, Console)]
    [InlineData("Aws", "cn-north-1", null, Trace, "https://cn-north-1.console.amazonaws.cn/xray/home?region=cn-north-1#/traces/1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Aws", "us-gov-west-1", null, Trace, "https://us-gov-west-1.console.amazonaws-us-gov.com/xray/home?region=us-gov-west-1#/traces/1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Aws", "eu-west-1", "https://traces.example.com/{traceId}", Trace, "https://traces.example.com/5759e988bd862e3fe1be46a994272793")]
    [InlineData("Aws", "eu-west-1", null, "not hexadecimal", null)]
    [InlineData("Aws", "eu-west-1", null, null, null)]
    [InlineData("Aws", null, null, Trace, null)]
    [InlineData("Embedded", "eu-west-1", null, Trace, null)]
    [InlineData(null, "eu-west-1", null, Trace, null)]
    public void A_trace_is_shown_where_it_is_kept(string? backend, string? region, string? template, string? traceId, string? link)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("EventTracking:Backend", backend), new("AWS_REGION", region), new("EventTracking:TraceUrl", template)])
            .Build();

        Assert.Equal(link, new TraceLinks(configuration).For(traceId));
    }
}

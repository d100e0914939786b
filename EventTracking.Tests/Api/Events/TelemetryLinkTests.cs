using EventTracking.Api.Events;
using EventTracking.Core.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Api.Events;

public sealed class TelemetryLinkTests
{
    private const string Trace = "5759e988bd862e3fe1be46a994272793";
    private const string Console = "https://eu-west-1.console.aws.amazon.com/xray/home?region=eu-west-1#/traces/1-5759e988-bd862e3fe1be46a994272793";

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

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
    public void A_trace_is_shown_where_it_is_kept(string? backend, string? region, string? template, string? traceId, string? link) =>
        Assert.Equal(link, Links(new() { TraceUrl = template }, backend, region).TraceOf(Record(traceId)));

    [Theory]
    [InlineData(null, Trace, null)]
    [InlineData("https://logs.example.com/?q={eventId}", null, "https://logs.example.com/?q=01KAR0JX00EJVHSCJKQHQ5TJT4")]
    [InlineData("https://logs.example.com/?q={traceId}", Trace, "https://logs.example.com/?q=5759e988bd862e3fe1be46a994272793")]
    [InlineData("https://logs.example.com/?q={traceId}", "a b&c", "https://logs.example.com/?q=a%20b%26c")]
    [InlineData("https://logs.example.com/?q={traceId}", null, null)]
    [InlineData(
        "https://logs.example.com/?q={eventId}&start={from}&end={to}",
        Trace,
        "https://logs.example.com/?q=01KAR0JX00EJVHSCJKQHQ5TJT4&start=2026-11-23T11%3A55%3A00.000Z&end=2026-11-23T12%3A05%3A02.500Z")]
    public void Log_lines_are_looked_for_from_before_the_event_arrived_until_after_its_last_change(string? template, string? traceId, string? link) =>
        Assert.Equal(link, Links(new() { LogsUrl = template }).LogsOf(Record(traceId)));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", "", true)]
    [InlineData("https://traces.example.com/{traceId}", "http://localhost:3100/?q={eventId}", true)]
    [InlineData("https://traces.example.com/", null, false)]
    [InlineData("traces.example.com/{traceId}", null, false)]
    [InlineData("javascript:alert('{traceId}')", null, false)]
    [InlineData(null, "https://logs.example.com/{id}", false)]
    [InlineData(null, "ftp://logs.example.com/{eventId}", false)]
    public void An_address_must_be_one_that_a_browser_opens_and_say_where_the_id_goes(string? trace, string? logs, bool valid) =>
        Assert.Equal(valid, new TelemetryOptionsValidator().Validate(null, new() { TraceUrl = trace, LogsUrl = logs }).Succeeded);

    private static TelemetryLinks Links(TelemetryOptions options, string? backend = null, string? region = null) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("EventTracking:Backend", backend), new("AWS_REGION", region)]).Build(),
        Options.Create(options));

    private static EventRecord Record(string? traceId) => new(
        new EventMetadata(EventId.Parse("01KAR0JX00EJVHSCJKQHQ5TJT4"), "test", "account", "topic", "function", null, Noon, traceId, null, "correlation"))
    {
        Status = EventStatus.Succeeded,
        UpdatedAt = Noon.AddSeconds(2.5),
    };
}

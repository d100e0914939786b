using EventTracking.Core;
using EventTracking.Core.Configuration;
using EventTracking.Tests.Api;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests;

public sealed class EventTrackingOptionsTests
{
    [Theory]
    [InlineData("EventTracking:RecordRetentionDays", "3651")]
    [InlineData("EventTracking:RecordRetentionDays", "364")]
    [InlineData("EventTracking:PayloadRetentionDays", "0")]
    [InlineData("EventTracking:PayloadRetentionDays", "7")]
    [InlineData("EventTracking:SweepInterval", "1.00:00:01")]
    [InlineData("EventTracking:WaitLimit", "366.00:00:00")]
    [InlineData("EventTracking:Embedded:MaxDatabaseBytes", "0")]
    public async Task A_setting_out_of_bounds_ends_the_start_and_is_named(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiFixture.StartAsync(settings: new() { [key] = value }));

        Assert.StartsWith(key + " ", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void The_widest_bounds_are_accepted() => Assert.True(new EventTrackingOptionsValidator().Validate(null, new EventTrackingOptions
    {
        WaitLimit = TimeSpan.FromDays(365),
        SweepInterval = TimeSpan.FromDays(1),
        PayloadRetentionDays = 3650,
        RecordRetentionDays = 3650,
    }).Succeeded);
}

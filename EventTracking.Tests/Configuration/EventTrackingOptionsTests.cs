using EventTracking.Core.Configuration;
using EventTracking.Tests.Api;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Configuration;

public sealed class EventTrackingOptionsTests
{
    [Theory]
    [InlineData("EventTracking:DataPath", " ", "must name the folder of the embedded backend, but is ' '.")]
    [InlineData("EventTracking:MaxAttempts", "0", "must be between 1 and 100, but is 0.")]
    [InlineData("EventTracking:FirstBackoff", "00:00:00", "must be greater than 00:00:00 and at most 12:00:00, but is 00:00:00.")]
    [InlineData("EventTracking:MaxBackoff", "00:00:09.5", "must be between 00:00:10 and 12:00:00, but is 00:00:09.5. It must not be shorter than FirstBackoff.")]
    [InlineData("EventTracking:WaitLimit", "366.00:00:00", "must be greater than 00:00:00 and at most 365.00:00:00, but is 366.00:00:00.")]
    [InlineData("EventTracking:SweepInterval", "1.00:00:01", "must be greater than 00:00:00 and at most 1.00:00:00, but is 1.00:00:01.")]
    [InlineData("EventTracking:PayloadRetentionDays", "0", "must be between 8 and 3650, but is 0. An event must still have its payload after it has waited for WaitLimit.")]
    [InlineData("EventTracking:PayloadRetentionDays", "7", "must be between 8 and 3650, but is 7. An event must still have its payload after it has waited for WaitLimit.")]
    [InlineData("EventTracking:RecordRetentionDays", "364", "must be between 365 and 3650, but is 364. A record must be kept for at least PayloadRetentionDays.")]
    [InlineData("EventTracking:RecordRetentionDays", "3651", "must be between 365 and 3650, but is 3651. A record must be kept for at least PayloadRetentionDays.")]
    public void A_setting_out_of_bounds_is_named_with_its_value_and_what_is_allowed(string key, string value, string message)
    {
        var options = new EventTrackingOptions();
        var property = typeof(EventTrackingOptions).GetProperty(key.Split(':')[1])!;
        property.SetValue(options, System.ComponentModel.TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));

        Assert.Equal([$"{key} {message}"], new EventTrackingOptionsValidator().Validate(null, options).Failures);
    }

    [Theory]
    [InlineData("EventTracking:MaxAttempts", "101", "must be between 1 and 100, but is 101.")]
    [InlineData("EventTracking:Embedded:MaxDatabaseBytes", "0", "must be greater than 0, or not be set, but is 0.")]
    public async Task A_setting_out_of_bounds_ends_the_start(string key, string value, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiFixture.StartAsync(settings: new() { [key] = value }));

        Assert.Equal([$"{key} {message}"], failure.Failures);
    }

    [Fact]
    public void A_wrong_setting_is_not_reported_again_by_one_that_depends_on_it() => Assert.Equal(
        [
            "EventTracking:FirstBackoff must be greater than 00:00:00 and at most 12:00:00, but is 13:00:00.",
            "EventTracking:WaitLimit must be greater than 00:00:00 and at most 365.00:00:00, but is 4000.00:00:00.",
            "EventTracking:PayloadRetentionDays must be between 1 and 3650, but is 3651. An event must still have its payload after it has waited for WaitLimit.",
        ],
        new EventTrackingOptionsValidator().Validate(null, new EventTrackingOptions
        {
            FirstBackoff = TimeSpan.FromHours(13),
            WaitLimit = TimeSpan.FromDays(4000),
            PayloadRetentionDays = 3651,
        }).Failures);

    [Fact]
    public void The_widest_bounds_are_accepted() => Assert.True(new EventTrackingOptionsValidator().Validate(null, new EventTrackingOptions
    {
        WaitLimit = TimeSpan.FromDays(365),
        SweepInterval = TimeSpan.FromDays(1),
        PayloadRetentionDays = 3650,
        RecordRetentionDays = 3650,
    }).Succeeded);
}

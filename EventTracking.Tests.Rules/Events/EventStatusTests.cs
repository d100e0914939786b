using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>Numbers and texts of statuses are stored.</summary>
public sealed class EventStatusTests
{
    [Theory]
    [InlineData(EventStatus.Queued, 0, "queued", true, false)]
    [InlineData(EventStatus.Processing, 1, "processing", true, false)]
    [InlineData(EventStatus.Succeeded, 2, "succeeded", false, true)]
    [InlineData(EventStatus.Superseded, 3, "superseded", false, true)]
    [InlineData(EventStatus.Ignored, 4, "ignored", false, true)]
    [InlineData(EventStatus.Waiting, 5, "waiting", false, false)]
    [InlineData(EventStatus.Retrying, 6, "retrying", true, false)]
    [InlineData(EventStatus.Failed, 7, "failed", false, true)]
    [InlineData(EventStatus.Dismissed, 8, "dismissed", false, true)]
    public void Each_status_has_its_number_its_text_and_its_kind(EventStatus status, int number, string text, bool inFlight, bool final)
    {
        Assert.Equal((number, text, inFlight, final), ((int)status, status.ToText(), status.IsInFlight(), status.IsFinal()));
        Assert.True(EventStatusText.TryParse(text.ToUpperInvariant(), out var parsed));
        Assert.Equal(status, parsed);
        Assert.Equal(text, EventStatusText.All[number]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("done")]
    public void Other_texts_are_no_status(string? text) => Assert.False(EventStatusText.TryParse(text, out _));
}

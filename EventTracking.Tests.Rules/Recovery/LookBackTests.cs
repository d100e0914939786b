using EventTracking.Core.Configuration;
using EventTracking.Core.Recovery;
using EventTracking.Testing.Files;

namespace EventTracking.Tests.Rules.Recovery;

/// <summary>How far back the search for lost events reads is one number, in the code and wherever it is written.</summary>
public sealed class LookBackTests
{
    [Theory]
    [InlineData("docs/data-model.md", "from 8 hours ago")]
    [InlineData("docs/cost.md", "reads the records of eight hours")]
    [InlineData("docs/life-of-an-event.md", "searches the last eight hours")]
    public void It_is_what_the_pages_say(string page, string words)
    {
        Assert.Equal(TimeSpan.FromHours(8), LostItemSweep.LooksBack(new EventTrackingOptions()));
        Assert.Contains(words, File.ReadAllText(Repository.PathOf(page)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_backoff_makes_it_look_further_back() =>
        Assert.Equal(TimeSpan.FromHours(19.75), LostItemSweep.LooksBack(new EventTrackingOptions { MaxBackoff = TimeSpan.FromHours(12) }));
}

using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>What listings tell about a failure survives the way through a store.</summary>
public sealed class FailureFactsTests
{
    [Fact]
    public void What_was_packed_is_unpacked()
    {
        var failure = Given.Failure("2-0123") with { Code = "shopify/throttled", HttpStatus = 429, Build = "0a1b2c3d" };

        Assert.Equal(("2-0123", FailureFacts.Of(failure)), FailureFacts.Unpack(FailureFacts.Pack(failure)));
        Assert.StartsWith(FailureFacts.Start("2-0123"), FailureFacts.Pack(failure), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_known_stays_unknown()
    {
        var failure = Given.Failure("2-0123", transient: false);

        Assert.Equal(new FailureFacts(null, "IOException", Transient: false, null, null), FailureFacts.Unpack(FailureFacts.Pack(failure)).Facts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("5f98430bd77aafc5")]
    public void A_fingerprint_of_an_earlier_version_has_no_facts(string? stored) => Assert.Equal((stored, null), FailureFacts.Unpack(stored));

    [Theory]
    [InlineData("shopify/throttled", "shopify")]
    [InlineData("deadline", "deadline")]
    [InlineData(null, "stock-sync")]
    [InlineData("", "stock-sync")]
    public void The_cause_is_the_first_part_of_the_code_or_the_function(string? code, string cause) => Assert.Equal(cause, Cause.Of("stock-sync", code));
}

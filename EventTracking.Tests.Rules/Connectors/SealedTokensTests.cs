using System.Text;
using EventTracking.Stock.Connectors.Brightpearl;

namespace EventTracking.Tests.Rules.Connectors;

public sealed class SealedTokensTests
{
    private const string Secret = "the refresh token in the settings";

    private static readonly SharedTokenContent Tokens = new("access-token", "refresh-token", 1_796_000_000);

    [Fact]
    public void Sealed_tokens_are_read_back_and_cannot_be_seen()
    {
        var all = SealedTokens.Seal(Tokens, Secret, "acme");

        Assert.Equal(Tokens, SealedTokens.Open(all, Secret, "acme"));
        Assert.DoesNotContain("token", Encoding.Latin1.GetString(all), StringComparison.Ordinal);
        Assert.NotEqual(all, SealedTokens.Seal(Tokens, Secret, "acme"));
    }

    [Fact]
    public void Another_secret_or_account_reads_nothing()
    {
        var all = SealedTokens.Seal(Tokens, Secret, "acme");

        Assert.Null(SealedTokens.Open(all, Secret + "2", "acme"));
        Assert.Null(SealedTokens.Open(all, Secret, "other"));
    }

    [Fact]
    public void Damage_reads_nothing()
    {
        var all = SealedTokens.Seal(Tokens, Secret, "acme");
        all[^1] ^= 1;

        Assert.Null(SealedTokens.Open(all, Secret, "acme"));
        Assert.Null(SealedTokens.Open(all[..20], Secret, "acme"));
        Assert.Null(SealedTokens.Open(null, Secret, "acme"));
    }
}

using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>Fingerprints are stored and searched for. The values were computed apart from the product: SHA-256 over the parts joined by line feeds, its first 16 hex digits, after the version.</summary>
public sealed class FingerprintTests
{
    private const string Frame = "EventTracking.Core.Stock.StockSync.SyncAsync";

    [Fact]
    public void With_a_code_only_the_function_and_the_code_count() => Assert.Equal("2-309e9782da0ff410", Fingerprint.Of("stock-sync", "shopify/not-stocked"));

    [Fact]
    public void Without_a_code_the_type_and_the_frame_count_and_the_message_does_not()
    {
        Assert.Equal("2-d0af732e8a1c1ac3", Fingerprint.Of("stock-sync", "TimeoutException", Frame, "The order of 5 timed out."));
        Assert.Equal("2-d0af732e8a1c1ac3", Fingerprint.Of("stock-sync", "TimeoutException", Frame, "Something else."));
    }

    [Theory]
    [InlineData("The order of 1008 timed out.")]
    [InlineData("The order of Jane Doe timed out.")]
    [InlineData("The order of 'red bowl' timed out.\nA second line")]
    public void Without_a_frame_the_words_of_the_message_count_that_do_not_vary(string message) =>
        Assert.Equal("2-652a9795d155b13d", Fingerprint.Of("stock-sync", "TimeoutException", null, message));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("   at System.Net.Sockets.Socket.Connect(EndPoint remote)", null)]
    [InlineData("   at Other.EventTracking.Run()", null)]
    [InlineData("   at EventTracking.Core.Stock.Sellable.Target(ShopifyLevel level) in Sellable.cs:line 7", "EventTracking.Core.Stock.Sellable.Target")]
    [InlineData("   at EventTracking.Core.Stock.Sellable.Target", "EventTracking.Core.Stock.Sellable.Target")]
    public void The_frame_is_the_first_of_ours(string? trace, string? frame) => Assert.Equal(frame, Fingerprint.InnermostOwnFrame(trace));

    [Fact]
    public void Frames_of_others_are_passed_over() =>
        Assert.Equal(
            "EventTracking.Inner.Run",
            Fingerprint.InnermostOwnFrame("   at System.Text.Json.JsonSerializer.Read()\n   at EventTracking.Inner.Run()\n   at EventTracking.Outer.Run()"));

    [Theory]
    [InlineData("at EventTracking.Core.Stock.StockSync.<SyncAsync>d__9.MoveNext()")]
    [InlineData("at EventTracking.Core.Stock.StockSync+<SyncAsync>d__9.MoveNext()")]
    [InlineData("at EventTracking.Core.Stock.StockSync.<SyncAsync>d__9`1.MoveNext()")]
    public void An_async_method_is_called_the_same_in_every_build(string trace) =>
        Assert.Equal("EventTracking.Core.Stock.StockSync.SyncAsync", Fingerprint.InnermostOwnFrame(trace));
}

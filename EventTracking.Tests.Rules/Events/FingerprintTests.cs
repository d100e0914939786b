using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>Fingerprints are stored and searched for. The values were computed apart from the product: SHA-256 over the parts joined by line feeds, its first 16 hex digits.</summary>
public sealed class FingerprintTests
{
    [Theory]
    [InlineData("stock-sync", "FunctionException", "EventTracking.Core.Stock.StockSync.SyncAsync", "shopify/not-stocked", "5f98430bd77aafc5")]
    [InlineData("stock-sync", "TimeoutException", null, null, "2309ba39671fb91b")]
    public void A_failure_has_the_fingerprint_it_always_had(string function, string type, string? frame, string? code, string fingerprint) =>
        Assert.Equal(fingerprint, Fingerprint.Of(function, type, frame, code));

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

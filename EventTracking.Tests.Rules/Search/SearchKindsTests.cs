using EventTracking.Core.Search;

namespace EventTracking.Tests.Rules.Search;

public sealed class SearchKindsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0EF", "event-id, payload-key")]
    [InlineData("01m83yemegq2v7n4x9b6c1d0ef", "event-id, payload-key")]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0EU", "delivery-id, payload-key")]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", "trace-id, delivery-id, payload-key")]
    [InlineData("1-5759e988-bd862e3fe1be46a994272793", "trace-id, delivery-id, payload-key")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "trace-id, delivery-id, payload-key")]
    [InlineData("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", "delivery-id, payload-key")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "entity, delivery-id, payload-key")]
    [InlineData("product:1008", "entity, delivery-id, payload-key")]
    [InlineData("Product:1008", "delivery-id, payload-key")]
    [InlineData("product:", "delivery-id, payload-key")]
    [InlineData("short", "delivery-id, payload-key")]
    [InlineData("1008", "delivery-id, payload-key")]
    [InlineData("271878346596884015", "delivery-id, payload-key")]
    [InlineData("#1001", "delivery-id, payload-key")]
    [InlineData("SHIRT-M", "delivery-id, payload-key")]
    [InlineData("an id of several words", "delivery-id, payload-key")]
    [InlineData("gid://shopify/InventoryItem/123", "address, payload-key")]
    [InlineData("https://admin.shopify.com/store/x/products/123", "address, payload-key")]
    public void A_text_is_everything_that_its_form_allows(string text, string kinds) =>
        Assert.Equal(kinds, string.Join(", ", SearchKinds.Of(text)));

    [Theory]
    [InlineData("4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("1-5759e988-bd862e3fe1be46a994272793", "5759e988bd862e3fe1be46a994272793")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("2-5759e988-bd862e3fe1be46a994272793", null)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e473", null)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e473x", null)]
    public void A_trace_id_is_read_in_each_of_its_forms(string text, string? id) => Assert.Equal(id, SearchKinds.TraceIdOf(text));

    // 6a1f0100 hexadecimal is 1,780,416,768 seconds after 1970: 2026-06-02T16:12:48Z, 173.8 days before noon.
    [Theory]
    [InlineData("6a1f0100000000000000000000000000", 174, "2026-06-02T16:12:48Z")]
    [InlineData("6a1f0100000000000000000000000000", 173, null)]
    [InlineData("ffffffff000000000000000000000000", 400, null)]
    [InlineData("00000000000000000000000000000000", 400, null)]
    public void The_time_in_a_trace_id_counts_if_it_is_recent(string id, int days, string? time) =>
        Assert.Equal(time is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), SearchKinds.TimeOf(id, Noon, TimeSpan.FromDays(days)));
}

using System.Text.Json;
using EventTracking.Core.Functions;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>What Shopify's errors say about the rows of a call: set, stale, none (not stocked), a refusal's code and whether it is tried again (+) or not (-), or <c>again</c>.</summary>
public sealed class ShopifySetAnswerTests
{
    private const string Stale = "CHANGE_FROM_QUANTITY_STALE";

    [Theory]

    // The forms in which a row is named: a path, an index in brackets, one text, and numbers that are no texts.
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","1","changeFromQuantity"]}]""", "again stale again")]
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities[1]","changeFromQuantity"]}]""", "again stale again")]
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities",1]}]""", "again stale again")]
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":"input.quantities[1].changeFromQuantity"}]""", "again stale again")]
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":"input.quantities.1"}]""", "again stale again")]
    [InlineData(3, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["quantities","1"]}]""", "again stale again")]

    // What each code means.
    [InlineData(2, """[{"code":"COMPARE_QUANTITY_STALE","field":["input","quantities","0"]}]""", "stale again")]
    [InlineData(2, """[{"code":"ITEM_NOT_STOCKED_AT_LOCATION","field":["input","quantities","0"]}]""", "none again")]
    [InlineData(2, """[{"code":"NON_MUTABLE_INVENTORY_ITEM","field":["input","quantities","0"]}]""", "shopify/non_mutable_inventory_item- again")]
    [InlineData(2, """[{"code":"INVALID_INVENTORY_ITEM","field":["input","quantities","0"]}]""", "shopify/invalid_inventory_item+ again")]
    [InlineData(2, """[{"code":"INVALID_LOCATION","field":["input","quantities","1"]}]""", "again shopify/invalid_location+")]
    [InlineData(2, """[{"code":null,"field":["input","quantities","1"]}]""", "again shopify/graphql+")]
    [InlineData(2, """[{"code":"BRAND_NEW","field":["input","quantities","1"]}]""", "again shopify/brand_new+")]

    // One error for each bad row, and several for one row: the gravest decides.
    [InlineData(4, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0"]},{"code":"ITEM_NOT_STOCKED_AT_LOCATION","field":["input","quantities","3"]}]""", "stale again again none")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0"]},{"code":"INVALID_QUANTITY_TOO_HIGH","field":["input","quantities","0"]}]""", "shopify/invalid_quantity_too_high- again")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0"]},{"code":"ITEM_NOT_STOCKED_AT_LOCATION","field":["input","quantities","0"]}]""", "shopify/change_from_quantity_stale+ again")]
    [InlineData(1, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0"]},{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0"]}]""", "stale")]

    // An error that names no row is about every row, unless it can only be about some of them.
    [InlineData(3, """[{"code":"INVALID_REASON","field":["input","reason"]}]""", "shopify/invalid_reason- shopify/invalid_reason- shopify/invalid_reason-")]
    [InlineData(2, """[{"code":"IDEMPOTENCY_CONCURRENT_REQUEST","field":["input"]}]""", "shopify/idempotency_concurrent_request+ shopify/idempotency_concurrent_request+")]
    [InlineData(2, """[{"code":"BRAND_NEW","field":null}]""", "shopify/brand_new+ shopify/brand_new+")]
    [InlineData(2, "[null]", "shopify/graphql+ shopify/graphql+")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE"}]""", "again again")]
    [InlineData(2, """[{"code":"NON_MUTABLE_INVENTORY_ITEM","field":[]}]""", "again again")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE"},{"code":"INVALID_NAME"}]""", "shopify/invalid_name- shopify/invalid_name-")]
    [InlineData(2, """[{"code":"BRAND_NEW"},{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","1"]}]""", "again stale")]

    // Of a single row, every error is about it, whatever row it names.
    [InlineData(1, """[{"code":"CHANGE_FROM_QUANTITY_STALE"}]""", "stale")]
    [InlineData(1, """[{"code":"ITEM_NOT_STOCKED_AT_LOCATION","field":["input","quantities","7"]}]""", "none")]
    [InlineData(1, "[null]", "shopify/graphql+")]

    // A row that the call does not have.
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","2"]}]""", "again again")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","-1"]}]""", "again again")]
    [InlineData(2, """[{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","99999999999"]}]""", "again again")]
    [InlineData(2, "[]", "set set")]
    public void Each_error_is_about_the_row_that_it_names(int rows, string errors, string results) =>
        Assert.Equal(results, string.Join(' ', ShopifySetAnswer.Read(Errors(errors), rows).Select(Text)));

    [Fact]
    public void A_refusal_keeps_the_codes_and_words()
    {
        var result = ShopifySetAnswer.Read(Errors($$"""[{"code":"{{Stale}}","field":["input","quantities","0","changeFromQuantity"],"message":"Old."},{"code":null,"field":["input","quantities","0"],"message":"Odd."}]"""), 2)[0];

        Assert.Equal(
            "Shopify refused SetAvailable: CHANGE_FROM_QUANTITY_STALE: input.quantities.0.changeFromQuantity: Old.; input.quantities.0: Odd.",
            Assert.IsType<ShopifyRowResult.Refused>(result).Failure.Message);
    }

    // Computed apart from the product: SHA-256 over the reference and a line "cause/item/location/from/to" for each row, its first 16 bytes with version 8 and the variant of RFC 9562.
    [Theory]
    [InlineData("bbe97b62-2fb8-823e-b122-4e0c9702f953", "1/1", 271878346596884015, 24826418, 7, 5)]
    [InlineData("e6c88fdd-525a-8cda-99a5-40890c8796fa", "2/1", 271878346596884015, 24826418, 7, 5)]
    [InlineData("3c78e438-1c4a-86d6-a555-d42c13b6f157", "1/2", 271878346596884015, 24826418, 7, 5)]
    [InlineData("0b6f093e-92cb-8fb1-bf19-6b42d4bd405f", "1/1", 271878346596884016, 24826418, 7, 5)]
    [InlineData("ec7ef881-c33d-84fd-82d7-37db7a1d6df2", "1/1", 271878346596884015, 24826419, 7, 5)]
    [InlineData("0cd0b783-f1b0-8b09-81fa-7663f38d293b", "1/1", 271878346596884015, 24826418, 8, 5)]
    [InlineData("5209b954-1019-858d-beb9-ffddb9115e98", "1/1", 271878346596884015, 24826418, null, 5)]
    [InlineData("f78fff18-45c0-880d-af08-231f76680d53", "1/1", 271878346596884015, 24826418, 7, 6)]
    public void Everything_about_a_row_is_part_of_the_key(string key, string run, long item, long location, int? from, int to) =>
        Assert.Equal(key, IdempotencyKey.For("gid://event-tracking/Event/01M83YEMEGWQ4Z6XANSQNFQZEY", [new ShopifyChange(item, location, to, from, $"01M83YEMEGWQ4Z6XANSQNFQZEY/{run}")]).ToString());

    [Fact]
    public void Other_rows_and_another_order_have_another_key()
    {
        const string reference = "gid://event-tracking/Event/01M83YEMEGWQ4Z6XANSQNFQZEY";
        var one = new ShopifyChange(271878346596884015, 24826418, 5, 7, "01M83YEMEGWQ4Z6XANSQNFQZEY/1/1");
        var other = new ShopifyChange(271878346596884016, 24826418, -2, null, "01M83YEMEGWQ4Z6XANSQNFQZEY/1/1");

        Assert.Equal("50b362c2-bdd9-85aa-b3ff-1e9f2085a990", IdempotencyKey.For(reference, [one, other]).ToString());
        Assert.Equal("42aee765-bfe7-8964-8443-eb83b5574edd", IdempotencyKey.For(reference, [other, one]).ToString());
        Assert.Equal("162d0c77-b0d5-8f7c-99ad-c9cfe1801add", IdempotencyKey.For("gid://event-tracking/Event/X", [one]).ToString());
    }

    private static List<ShopifyUserError> Errors(string json) => [.. new RemoteField("", JsonElement.Parse(json)).Elements().Select(ShopifyUserError.Read)];

    private static string Text(ShopifyRowResult? result) => result switch
    {
        null => "again",
        ShopifyRowResult.Set => "set",
        ShopifyRowResult.Stale => "stale",
        ShopifyRowResult.NotStocked => "none",
        ShopifyRowResult.Refused { Failure: FunctionException failure } => $"{failure.Code}{(failure.Transient ? '+' : '-')}",
        _ => "unknown",
    };
}

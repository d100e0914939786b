using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Stock.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Catalog;

internal static class ProductEndpoints
{
    public const string Example = """
        {
          "productId": "1008", "sku": "SHIRT-M", "inventoryItemId": "271878346596884015", "locationId": "24826418",
          "bpAvailability": { "quantity": 7, "readAt": "2026-11-23T10:15:30.000Z" },
          "shAvailability": { "quantity": 9, "readAt": "2026-11-23T10:14:02.000Z" },
          "heldBack": 0, "difference": -2, "linked": true, "reason": null, "reasonDetail": null, "checkedAt": null,
          "locations": [
            {
              "locationId": "24826418",
              "bpAvailability": { "quantity": 7, "readAt": "2026-11-23T10:15:30.000Z" },
              "shAvailability": { "quantity": 9, "readAt": "2026-11-23T10:14:02.000Z" },
              "heldBack": 0, "difference": -2
            }
          ]
        }
        """;

    private const string Unlinked = """
        {
          "productId": "1009", "sku": "SAMPLE-CARD", "inventoryItemId": null, "locationId": null, "bpAvailability": null, "shAvailability": null,
          "heldBack": null, "difference": null, "linked": false, "reason": "sku-not-at-shopify",
          "reasonDetail": "Shopify has no product with the SKU 'SAMPLE-CARD'.", "checkedAt": "2026-11-23T10:15:30.000Z", "locations": []
        }
        """;

    public static IServiceCollection AddProducts(this IServiceCollection services) => services
        .AddRequestValidator(new ProductIdRequestValidator())
        .AddRequestValidator(new ListProductsRequestValidator())
        .AddRequestValidator(new CatalogImportIdRequestValidator())
        .AddRequestValidator(new StartCatalogImportRequestValidator())
        .AddRequestValidator(new CancelCatalogImportRequestValidator());

    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/products").WithTags("Products").WithPolicy(Roles.Viewer).WithValidation();

        group.MapGet("", ListAsync)
            .WithName("listProducts")
            .WithSummary("Lists products")
            .WithDescription(
                "Lists the products that are linked, with the quantity last read from each system, and those that were looked up and cannot be linked, with the "
                + $"reason. A call looks through at most {CatalogList.MaxSeen:#,##0} products, so a page with filters may hold fewer than `limit` even if more follow: only `next` says whether they do.")
            .WithExample<ProductPageResponse>(StatusCodes.Status200OK, "one that is linked and one that is not", $$"""{ "products": [ {{Example}}, {{Unlinked}} ], "next": null }""");

        group.MapGet("/{id}", GetAsync)
            .WithName("getProduct")
            .WithSummary("Shows a product")
            .WithDescription("Returns the ids of the product in both systems and the quantity last read from each, or why it is not linked.")
            .WithExample<ProductResponse>(StatusCodes.Status200OK, "a product whose quantities differ", Example)
            .WithExample<ProductResponse>(StatusCodes.Status200OK, "a product that Shopify does not have", Unlinked)
            .WithProblems(ProblemTypes.ProductNotFound);
    }

    private static async Task<Ok<ProductPageResponse>> ListAsync([AsParameters] ListProductsRequest request, CatalogList list, CancellationToken cancellationToken) =>
        TypedResults.Ok(ProductPageResponse.From(await list.ListAsync(request.Parse(), cancellationToken)));

    private static async Task<Results<Ok<ProductResponse>, ProblemHttpResult>> GetAsync(
        [AsParameters] ProductIdRequest request, CatalogList list, CancellationToken cancellationToken) =>
        await list.FindAsync(request.Parse(), cancellationToken) is { } product
            ? TypedResults.Ok(ProductResponse.From(product))
            : ProblemTypes.ProductNotFound.ToResult();
}

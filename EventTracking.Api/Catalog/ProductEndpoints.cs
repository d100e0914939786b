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
          "difference": -2
        }
        """;

    public static IServiceCollection AddProducts(this IServiceCollection services) => services.AddRequestValidator(new ProductIdRequestValidator());

    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/products").WithTags("Products").WithPolicy(Roles.Viewer).WithValidation();

        group.MapGet("/{id}", GetAsync)
            .WithSummary("Shows a product")
            .WithDescription("Returns the ids of the product in both systems and the quantity last read from each.")
            .WithExample<ProductResponse>(StatusCodes.Status200OK, "a product whose quantities differ", Example)
            .WithProblems(ProblemTypes.ProductNotFound);
    }

    private static async Task<Results<Ok<ProductResponse>, ProblemHttpResult>> GetAsync(
        [AsParameters] ProductIdRequest request, ProductCatalog catalog, CancellationToken cancellationToken) =>
        await catalog.FindAsync(request.Parse(), cancellationToken) is { } product
            ? TypedResults.Ok(ProductResponse.From(product))
            : ProblemTypes.ProductNotFound.ToResult();
}

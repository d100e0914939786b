using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>The field that the example of an invalid request reports, which the route really accepts.</summary>
internal sealed record InvalidValue(string Field, string Message)
{
    private static readonly InvalidValue[] Known =
    [
        new("limit", "Must be a whole number from 1 to 200."),
        new("reason", "Must be 1 to 200 characters long."),
        new("sku", "Must be given."),
        new("available", "Must be given."),
        new("onHand", "Must be given."),
        new("quantity", "Must be a whole number from 1 to 1000000."),
        new("visible", "Must be given."),
        new("echo", "Must be given."),
        new("kind", "Must be given."),
        new("idSet", "Not a valid Brightpearl id set: the range '5-1' runs backwards."),
        new("level", "Must be given."),
        new("with", "Must be the id of another product of this side."),
        new("inventoryItemId", "Must be an inventory item id: a positive whole number."),
        new("productId", "Must be a product id: a positive whole number."),
        new("id", "Must be an event id: 26 characters in Crockford's Base32."),
    ];

    public static InvalidValue? Of(ApiDescription route)
    {
        if (route.RelativePath is "products/{id}")
        {
            return new InvalidValue("id", "Must be a product id: a positive whole number.");
        }

        if (route.HttpMethod == "PATCH")
        {
            return new InvalidValue("sku", "Must have at most 255 characters.");
        }

        var body = route.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Body).SelectMany(parameter => parameter.Type.GetProperties()).Select(property => property.Name);
        var taken = route.ParameterDescriptions.Select(parameter => parameter.Name).Concat(body).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Known.FirstOrDefault(known => taken.Contains(known.Field));
    }
}

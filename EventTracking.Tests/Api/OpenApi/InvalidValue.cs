using System.Globalization;
using System.Reflection;
using EventTracking.Api.Activities;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>The field that the example of an invalid request reports, which the route really accepts.</summary>
internal sealed record InvalidValue(string Field, string Message)
{
    private static readonly InvalidValue[] Known =
    [
        new("q", "Must be given: the key to search for."),
        new("step", $"Must be one of {string.Join(", ", ActivityRequest.StepNames)}."),
        new("link", "Must be an https address of at most 500 characters."),
        new("text", "Must be 3 to 200 characters long."),
        new("reason", "Must be 1 to 200 characters long."),
        new("dependency", "Must be an entity as kind:id, e.g. product:1008."),
        new("cause", "Must be 1 to 200 characters long."),
        new("fingerprint", "Must be 1 to 200 characters long."),
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
    ];

    public static InvalidValue Of(ApiDescription route)
    {
        var members = MembersOf(route);
        if (members.GetValueOrDefault("limit") is WholeNumberAttribute limit)
        {
            return new InvalidValue("limit", string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from {limit.Smallest} to {limit.Largest}."));
        }

        if (route.HttpMethod == "PATCH" && members.ContainsKey("sku"))
        {
            return new InvalidValue("sku", "Must have at most 255 characters.");
        }

        return Known.FirstOrDefault(known => members.ContainsKey(known.Field)) ?? members.GetValueOrDefault("id") switch
        {
            EventIdTextAttribute => new InvalidValue("id", "Must be an event id: 26 characters in Crockford's Base32."),
            ReplayIdTextAttribute => new InvalidValue("id", "Must be the id of a job: 13 characters in Crockford's Base32."),
            NumberIdAttribute => new InvalidValue("id", route.RelativePath is "products/{id}" ? "Must be a product id: a positive whole number." : "Must be the id of an import: a positive whole number."),
            _ => new InvalidValue("verbose", QueryNames.Describe("verbose", [])),
        };
    }

    /// <summary>The parameters and the members of the body, with their shapes.</summary>
    private static Dictionary<string, ShapeAttribute?> MembersOf(ApiDescription route) => route.ParameterDescriptions
        .SelectMany(parameter => parameter.Source == BindingSource.Body
            ? parameter.Type.GetProperties().Select(property => (property.Name, Shape: property.GetCustomAttribute<ShapeAttribute>()))
            : [(parameter.Name, Shape: (parameter.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo.GetCustomAttribute<ShapeAttribute>())])
        .GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(member => member.Key, member => member.First().Shape, StringComparer.OrdinalIgnoreCase);
}

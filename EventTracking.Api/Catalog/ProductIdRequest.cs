using System.ComponentModel;
using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Catalog;

/// <summary>The product that a route addresses.</summary>
internal sealed record ProductIdRequest
{
    [FromRoute(Name = "id"), Description("Brightpearl's product id."), Example("1008"), NumberId]
    public required string Id { get; init; }

    public long Parse() => long.Parse(Id, CultureInfo.InvariantCulture);
}

internal sealed class ProductIdRequestValidator : AbstractValidator<ProductIdRequest>
{
    public ProductIdRequestValidator() => RuleFor(request => request.Id).IsProductId();
}

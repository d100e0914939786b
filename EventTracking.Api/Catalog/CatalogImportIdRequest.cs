using System.ComponentModel;
using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Catalog;

/// <summary>The import that a route addresses.</summary>
internal sealed record CatalogImportIdRequest
{
    [FromRoute(Name = "id"), Description("The id of the import."), Example("3"), NumberId]
    public required string Id { get; init; }

    public long Parse() => long.Parse(Id, CultureInfo.InvariantCulture);
}

internal sealed class CatalogImportIdRequestValidator : AbstractValidator<CatalogImportIdRequest>
{
    public CatalogImportIdRequestValidator() => RuleFor(request => request.Id)
        .Must(text => RuleExtensions.TryParseId(text, out _)).WithMessage("Must be the id of an import: a positive whole number.");
}

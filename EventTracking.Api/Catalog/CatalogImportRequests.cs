using System.ComponentModel;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Catalog;

/// <summary>The start of an import.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartCatalogImportRequest
{
    /// <summary>The reason, which is kept with the import.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }
}

/// <summary>The cancellation of an import. Many clients cannot send a body with a DELETE.</summary>
internal sealed record CancelCatalogImportRequest
{
    [FromQuery(Name = "reason"), Description("The reason, which is kept with the import."), Example("wrong account"), Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }
}

internal sealed class StartCatalogImportRequestValidator : AbstractValidator<StartCatalogImportRequest>
{
    public StartCatalogImportRequestValidator() => RuleFor(request => request.Reason).IsShort();
}

internal sealed class CancelCatalogImportRequestValidator : AbstractValidator<CancelCatalogImportRequest>
{
    public CancelCatalogImportRequestValidator() => RuleFor(request => request.Reason).IsShort();
}

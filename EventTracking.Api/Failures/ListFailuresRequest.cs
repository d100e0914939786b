using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Failures;

/// <summary>The filters of the list of failures.</summary>
internal sealed record ListFailuresRequest
{
    [FromQuery(Name = "cause"), Description("Only groups with this cause: the first part of their code, or their function."), Example("shopify"), Text(RuleExtensions.MaxTextLength)]
    public string? Cause { get; init; }

    [FromQuery(Name = "state"), Description("Only groups in this state."), Example("open"), OneOf("TriageState", typeof(TriageText), Member = nameof(TriageText.States))]
    public string? State { get; init; }

    public TriageState? ParsedState => TriageText.ParseState(State);
}

internal sealed class ListFailuresRequestValidator : AbstractValidator<ListFailuresRequest>
{
    public ListFailuresRequestValidator(FailureOverviews overviews, FailureGroups groups, FunctionRegistry functions)
    {
        RuleFor(request => request.Cause).IsShort();

        // An empty list because of a misspelt cause would look as if all were well.
        RuleFor(request => request.Cause)
            .MustAsync(async (cause, cancellationToken) => string.IsNullOrWhiteSpace(cause)
                || cause.Length > RuleExtensions.MaxTextLength
                || functions.Names.Contains(cause)
                || (await overviews.GetAsync(cancellationToken)).Causes.Any(known => known.Cause == cause)
                || await groups.HasCauseAsync(cause, cancellationToken))
            .WithMessage("Nothing has ever failed with this cause. GET /failures without it lists the causes that there are.");
        RuleFor(request => request.State).Must(text => text is null || TriageText.ParseState(text) is not null).WithMessage($"Must be one of {string.Join(", ", TriageText.States)}.");
    }
}

/// <summary>The group that a route addresses.</summary>
internal sealed record FingerprintRequest
{
    [FromRoute(Name = "fingerprint"), Description("The fingerprint of the group."), Example("2-309e9782da0ff410"), Text(RuleExtensions.MaxTextLength)]
    public required string Fingerprint { get; init; }
}

internal sealed class FingerprintRequestValidator : AbstractValidator<FingerprintRequest>
{
    public FingerprintRequestValidator() => RuleFor(request => request.Fingerprint).IsShort();
}

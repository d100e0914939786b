using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;

namespace EventTracking.Api.Replay;

/// <summary>The dismissal of an event.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DismissRequest
{
    /// <summary>The reason, which is kept in the record.</summary>
    [Needed, Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }
}

internal sealed class DismissRequestValidator : AbstractValidator<DismissRequest>
{
    public DismissRequestValidator()
    {
        RuleFor(request => request.Reason).Must(reason => !string.IsNullOrWhiteSpace(reason)).WithMessage("Must be given: a dismissal needs a reason.");
        RuleFor(request => request.Reason).IsShort();
    }
}

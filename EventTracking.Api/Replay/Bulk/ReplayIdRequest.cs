using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Core.Replay;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>The job that a route addresses.</summary>
internal sealed record ReplayIdRequest
{
    [FromRoute(Name = "id"), Description("The id of the job."), Example("1N2C8XKP3T0QG"), ReplayIdText]
    public required string Id { get; init; }

    public ReplayId Parse() => ReplayId.TryParse(Id, out var id) ? id : throw new InvalidOperationException("The request has not been validated.");
}

internal sealed class ReplayIdRequestValidator : AbstractValidator<ReplayIdRequest>
{
    public const string Message = "Must be the id of a job: 13 characters in Crockford's Base32.";

    public ReplayIdRequestValidator() => RuleFor(request => request.Id).Must(text => ReplayId.TryParse(text, out _)).WithMessage(Message);
}

using System.Globalization;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Stock.Reconciliation;
using FluentValidation;

namespace EventTracking.Api.Reconciliation;

/// <summary>What to reconcile. Unknown members are rejected: a misspelt <c>dryRun</c> would be a real run.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartReconciliationRequest
{
    public const int DefaultLimit = 100;

    public const int MaxLimit = 1000;

    /// <summary>Lists the products that would be sent, and sends nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>First reads both systems again, to find drift that no webhook reported. It cannot be combined with a dry run, which reads nothing.</summary>
    public bool Refresh { get; init; }

    /// <summary>The maximum number of products to send.</summary>
    [WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public int? Limit { get; init; }

    public ReconciliationRequest Parse() => new(DryRun, Refresh, Limit ?? DefaultLimit);
}

internal sealed class StartReconciliationRequestValidator : AbstractValidator<StartReconciliationRequest>
{
    public StartReconciliationRequestValidator()
    {
        RuleFor(request => request.Limit)
            .Must(limit => limit is null or (>= 1 and <= StartReconciliationRequest.MaxLimit))
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {StartReconciliationRequest.MaxLimit}."));
        RuleFor(request => request.Refresh)
            .Must((request, refresh) => !refresh || !request.DryRun)
            .WithMessage("Must be false in a dry run, which lists what is known and reads nothing. Leave out 'dryRun' to read both systems and send what differs.");
    }
}

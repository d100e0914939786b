using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using FluentValidation;

namespace EventTracking.Api.Events;

internal sealed class ListEventsRequestValidator : AbstractValidator<ListEventsRequest>
{
    public ListEventsRequestValidator()
    {
        RuleFor(request => request.Status).Must(text => text is null || EventStatusText.TryParse(text, out _))
            .WithMessage($"Must be one of {string.Join(", ", EventStatusText.All)}.");
        RuleFor(request => request.Source).IsShort();
        RuleFor(request => request.Topic).IsShort(DeliveryLimits.TextLength);
        RuleFor(request => request.Function).IsShort();
        RuleFor(request => request.Fingerprint).IsShort();
        RuleFor(request => request.Entity).Must(text => text is null || EntityKey.TryParse(text, null, out _))
            .WithMessage("Must be an entity as kind:id, e.g. product:1008.");
        RuleFor(request => request.WaitingOn).Must(text => text is null || EntityKey.TryParse(text, null, out _))
            .WithMessage("Must be an entity as kind:id, e.g. product:1008.");
        RuleFor(request => request.From).IsTime();
        RuleFor(request => request.To).IsTime();
        RuleFor(request => request.To)
            .Must((request, text) => !Iso8601.TryParse(request.From, out var from) || !Iso8601.TryParse(text, out var to) || from < to)
            .WithMessage("Must be later than 'from'.");
        RuleFor(request => request.Cursor).Must((request, text) => text is null || EventCursor.TryParse(text, request.Order, out _))
            .WithMessage("Must be 'next' of the previous page of a list with the same filters. To start the list again, leave it out.");
        RuleFor(request => request.Limit).IsLimit(ListEventsRequest.MaxLimit);
    }
}

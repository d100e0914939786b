using System.ComponentModel;
using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Activities;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Activities;

/// <summary>Which time and functions to show.</summary>
internal sealed record ActivityRequest
{
    /// <summary>A day in slots of five minutes, and twelve and a half days in hours.</summary>
    public const int MostSteps = 300;

    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    [FromQuery(Name = "from"), Description("The begin (ISO 8601; UTC if it has no offset), rounded down to five minutes. The default is an hour before 'to'. Activity is kept for 30 days."), Example("2026-11-23T10:00:00Z"), Time]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("The end, rounded up to five minutes. The default is now."), Example("2026-11-23T11:00:00Z"), Time]
    public string? To { get; init; }

    [FromQuery(Name = "step"), Description("The length of a slot. The default is 5m. From 'from' to 'to' there may be at most 300 steps."), Example("5m"), OneOf("ActivityStep", typeof(ActivityRequest), Member = nameof(StepNames))]
    public string? Step { get; init; }

    [FromQuery(Name = "function"), Description("Only this function. The default is all."), Example("stock-sync"), Text(RuleExtensions.MaxTextLength)]
    public string? Function { get; init; }

    public static IReadOnlyDictionary<string, TimeSpan> Steps { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
    {
        ["5m"] = IActivityStore.Slot,
        ["1h"] = TimeSpan.FromHours(1),
        ["1d"] = TimeSpan.FromDays(1),
    };

    public static IReadOnlyList<string> StepNames { get; } = [.. Steps.Keys];

    public TimeSpan StepLength => Step is not null && Steps.TryGetValue(Step, out var length) ? length : IActivityStore.Slot;

    public (DateTimeOffset From, DateTimeOffset To) RangeAt(DateTimeOffset now)
    {
        var end = Iso8601.ParseOrNull(To) ?? now;
        var to = IActivityStore.SlotOf(end);
        if (to < end)
        {
            to += IActivityStore.Slot;
        }

        return (IActivityStore.SlotOf(Iso8601.ParseOrNull(From) ?? (to - DefaultRange)), to);
    }
}

internal sealed class ActivityRequestValidator : AbstractValidator<ActivityRequest>
{
    private const int EarliestYear = 2000;
    private const int LatestYear = 9998;

    public ActivityRequestValidator(TimeProvider time)
    {
        RuleFor(request => request.From).IsTime();
        RuleFor(request => request.To).IsTime();
        RuleFor(request => request.Step).Must(text => text is null || ActivityRequest.Steps.ContainsKey(text)).WithMessage($"Must be one of {string.Join(", ", ActivityRequest.StepNames)}.");
        RuleFor(request => request.Function).IsShort();
        RuleFor(request => request.From).Must(IsInRange).WithMessage("Must be a time from the year 2000 on.");
        RuleFor(request => request.To).Must(IsInRange).WithMessage("Must be a time from the year 2000 on.");
        RuleFor(request => request.From)
            .Must((request, _) => !IsReadable(request) || request.RangeAt(time.GetUtcNow()) is var (from, to) && from < to)
            .WithMessage("Must be earlier than 'to'.");
        RuleFor(request => request.From)
            .Must((request, _) => !IsReadable(request) || request.RangeAt(time.GetUtcNow()) is var (from, to) && (to - from) / request.StepLength <= ActivityRequest.MostSteps)
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be at most {ActivityRequest.MostSteps} steps before 'to'. Choose a longer 'step'."));
    }

    private static bool IsReadable(ActivityRequest request) =>
        (request.From is null || Iso8601.TryParse(request.From, out _)) && (request.To is null || Iso8601.TryParse(request.To, out _)) && IsInRange(request.From) && IsInRange(request.To);

    private static bool IsInRange(string? text) => !Iso8601.TryParse(text, out var at) || at.Year is >= EarliestYear and <= LatestYear;
}

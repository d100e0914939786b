using System.ComponentModel;
using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
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
    public ActivityRequestValidator(FunctionRegistry functions, IActivityStore store, TimeProvider time)
    {
        RuleFor(request => request.From).IsTimeToReckonWith();
        RuleFor(request => request.To).IsTimeToReckonWith();
        RuleFor(request => request.Step).Must(text => text is null || ActivityRequest.Steps.ContainsKey(text)).WithMessage($"Must be one of {string.Join(", ", ActivityRequest.StepNames)}.");
        RuleFor(request => request.Function).IsShort();
        RuleFor(request => request.From)
            .Must((request, _) => !IsReadable(request) || request.RangeAt(time.GetUtcNow()) is var (from, to) && from < to)
            .WithMessage("Must be earlier than 'to'.");
        RuleFor(request => request.From)
            .Must((request, _) => !IsReadable(request) || request.RangeAt(time.GetUtcNow()) is var (from, to) && (to - from) / request.StepLength <= ActivityRequest.MostSteps)
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be at most {ActivityRequest.MostSteps} steps before 'to'. Choose a longer 'step'."));

        // A function that was removed is shown for as long as what it did is kept.
        RuleFor(request => request.Function)
            .MustAsync(async (request, name, cancellationToken) => string.IsNullOrWhiteSpace(name) || name.Length > RuleExtensions.MaxTextLength || !IsReadable(request) || functions.Names.Contains(name)
                || request.RangeAt(time.GetUtcNow()) is var (from, to) && (from >= to || (await store.ListAsync(name, from, to, cancellationToken)).Count > 0))
            .WithMessage((_, name) => Unknown(name!, functions));
    }

    private static string Unknown(string name, FunctionRegistry functions)
    {
        var meant = NearestName.Of(name, functions.Names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return $"No function has this name, and none with this name ran in that period.{meant} The functions are {string.Join(", ", functions.Names.Order(StringComparer.Ordinal))}.";
    }

    private static bool IsReadable(ActivityRequest request) => IsReadable(request.From) && IsReadable(request.To);

    private static bool IsReadable(string? text) => text is null || (Iso8601.TryParse(text, out var time) && RuleExtensions.IsInCalendar(time.Year));
}

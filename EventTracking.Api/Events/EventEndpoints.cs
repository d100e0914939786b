using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Search;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Events;

internal static class EventEndpoints
{
    /// <summary>The number of events of the same entity shown in each direction.</summary>
    private const int MostNeighbors = 5;

    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<TelemetryLinks>()
            .AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>()
            .AddRequestValidator(new EventIdRequestValidator())
            .AddRequestValidator(new ListEventsRequestValidator());
    }

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/events").WithTags("Events").WithPolicy(Roles.Viewer).WithValidation();

        group.MapGet("", ListAsync).DocumentList();
        group.MapGet("/{id}", GetAsync).DocumentGet();
        group.MapGet("/{id}/payload", GetPayloadAsync).DocumentPayload();
    }

    private static async Task<Ok<EventPageResponse>> ListAsync([AsParameters] ListEventsRequest request, IEventLedger ledger, CancellationToken cancellationToken)
    {
        var query = request.Parse();
        return TypedResults.Ok(EventPageResponse.From(await ledger.ListAsync(query, cancellationToken), query.Order));
    }

    private static async Task<Results<Ok<EventResponse>, ProblemHttpResult>> GetAsync(
        [AsParameters] EventIdRequest request, IEventLedger ledger, IEventSearch search, TelemetryLinks links, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(request.Parse(), cancellationToken) is not { } record)
        {
            return ProblemTypes.EventNotFound.ToResult();
        }

        var neighbors = record.Event.Entity is { } entity ? await search.FindNeighborsAsync(entity, record.Id, MostNeighbors, cancellationToken) : new Neighbors([], []);
        var causes = await CauseResponse.WalkAsync(record, ledger, cancellationToken);
        return TypedResults.Ok(EventResponse.From(record, causes, neighbors, links));
    }

    private static async Task<Results<PayloadResult, ProblemHttpResult>> GetPayloadAsync(
        [AsParameters] EventIdRequest request, IEventLedger ledger, IPayloadArchive archive, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(request.Parse(), cancellationToken) is not { } record)
        {
            return ProblemTypes.EventNotFound.ToResult();
        }

        if (record.Payload is not { } pointer)
        {
            return record.StoredStatus is { } unknown ? ProblemTypes.StatusUnknown.ToResult(ProblemTexts.StatusUnknown(unknown)) : ProblemTypes.PayloadNotArchived.ToResult();
        }

        return await archive.ReadAsync(pointer, cancellationToken) switch
        {
            PayloadRead.Available available => new PayloadResult(available.Payload),
            PayloadRead.Deleted => ProblemTypes.PayloadGone.ToResult(),
            _ => ProblemTypes.PayloadCorrupt.ToResult(),
        };
    }
}

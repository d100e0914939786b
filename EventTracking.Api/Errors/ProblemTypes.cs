using System.Collections.Frozen;

namespace EventTracking.Api.Errors;

/// <summary>All errors of the API. <c>docs/errors.md</c> says what to do about each.</summary>
internal static class ProblemTypes
{
    public static ProblemType Validation { get; } = new("validation", 400, "The request contains invalid values", "'errors' lists the messages by field.");

    public static ProblemType MalformedRequest { get; } = new("malformed-request", 400, "The request could not be read", "The body is not the JSON that this route expects.");

    public static ProblemType ApiKeyRequired { get; } = new("api-key-required", 401, "A valid API key is required", "Send a valid key in the X-Api-Key header.");

    public static ProblemType NotAuthentic { get; } = new("webhook-not-authentic", 401, "The webhook could not be authenticated", "The signature or the key is not valid. Nothing was stored.");

    public static ProblemType Forbidden { get; } = new("forbidden", 403, "The API key does not allow this", "This route needs a key with the role 'operator'.");

    public static ProblemType RouteNotFound { get; } = new("route-not-found", 404, "Route not found", "The API's OpenAPI document lists all routes.");

    public static ProblemType EventNotFound { get; } = new("event-not-found", 404, "Event not found", "No event has this id.");

    public static ProblemType PayloadNotArchived { get; } = new("payload-not-archived", 404, "The payload is not archived yet", "The payload is still in its queue. It will be archived before the event is processed.");

    public static ProblemType ProductNotFound { get; } = new("product-not-found", 404, "Product not found", "The catalog has no product with this id.");

    public static ProblemType CatalogImportNotFound { get; } = new("catalog-import-not-found", 404, "Import of the catalog not found", "No import has this id, or none has been started yet.");

    public static ProblemType ReplayNotFound { get; } = new("replay-not-found", 404, "Bulk replay not found", "No job has this id, or its plan has expired.");

    public static ProblemType FailureNotFound { get; } = new("failure-not-found", 404, "Failure group not found", "No failure has this fingerprint.");

    public static ProblemType NoEvents { get; } = new("no-events", 404, "The plan would have no event", ProblemTexts.NoEvents([], null));

    public static ProblemType NothingWaits { get; } = new("nothing-waits", 404, "Nothing waits for this entity", "No event waits for it, or the last ones have just been released.");

    public static ProblemType MethodNotAllowed { get; } = new("method-not-allowed", 405, "The route does not support this method", "The Allow header lists the supported methods.");

    public static ProblemType RequestTimeout { get; } = new("request-timeout", 408, "The request arrived too slowly", "The body did not arrive in time.");

    public static ProblemType EventInProgress { get; } = new("event-in-progress", 409, "The event is in progress", ProblemTexts.EventInProgress("processing"));

    public static ProblemType StatusUnknown { get; } = new("status-unknown", 409, "The status of the event is not known", ProblemTexts.StatusUnknown("archived"));

    public static ProblemType ForceNeeded { get; } = new("force-needed", 409, "The event is already completed or dismissed", ProblemTexts.ForceNeeded("succeeded"));

    public static ProblemType FunctionUnknown { get; } = new("function-unknown", 409, "The event's function no longer exists", ProblemTexts.FunctionUnknown("stock-sync-old"));

    public static ProblemType NotDismissible { get; } = new("event-not-dismissible", 409, "The event cannot be dismissed", ProblemTexts.NotDismissible("succeeded"));

    public static ProblemType ProductExists { get; } = new("product-exists", 409, "The product already exists", "One of the ids is already in use.");

    public static ProblemType ReplayState { get; } = new("replay-state", 409, "The state of the bulk replay does not allow this", ProblemTexts.ReplayState("ended", "paused"));

    public static ProblemType ReplayFutile { get; } = new("replay-futile", 409, "A replay cannot help", "A request about personal data is answered by people, so a replay only fails again. Do what its payload asks, then dismiss the event and say in the reason what was done.");

    public static ProblemType DismissalHasNoRate { get; } = new("dismissal-has-no-rate", 409, "A dismissal has no rate and no ramp", "The job dismisses its events and runs none of them, so it has neither 'ramp' nor 'eventsPerSecond'. Leave them out.");

    public static ProblemType TooManyEvents { get; } = new("too-many-events", 409, "Too many events for one plan", "The filter finds more than 100,000 events. Narrow it, for example by time.");

    public static ProblemType PayloadGone { get; } = new("payload-gone", 410, "The payload is no longer available", "The payload was deleted when its retention period ended.");

    public static ProblemType TooLarge { get; } = new("too-large", 413, "The body is too large", "A webhook may have up to 6,291,456 bytes, any other body up to 16,777,216.");

    public static ProblemType UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "The content type is not supported", "Send the body as application/json.");

    public static ProblemType TooManyAttempts { get; } = new("too-many-attempts", 429, "Too many failed attempts", "Too many failed attempts from this address. Valid credentials are still accepted.");

    public static ProblemType InternalError { get; } = new("internal-error", 500, "An unexpected error occurred", "The server log contains the cause under this trace id.");

    public static ProblemType PayloadCorrupt { get; } = new("payload-corrupt", 500, "The payload is corrupt", "The stored bytes do not match their hash.");

    public static ProblemType TimedOut { get; } = new("timed-out", 504, "The request timed out", "The function's time was over. The request may or may not have taken effect. Retry-After says when to try again.");

    public static ProblemType Crowded { get; } = new("too-many-large-bodies", 503, "Too many large bodies arrive at once", "The service reads only so many large bodies at once before their signatures are checked. Send the delivery again after the time in Retry-After.");

    public static ProblemType StoreUnavailable { get; } = new("store-unavailable", 503, "A store is unavailable", "The request may or may not have taken effect. Retry-After says when to try again.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        Validation, MalformedRequest, ApiKeyRequired, NotAuthentic, Forbidden, RouteNotFound, EventNotFound, PayloadNotArchived, ProductNotFound, CatalogImportNotFound, ReplayNotFound, FailureNotFound, NoEvents, NothingWaits,
        MethodNotAllowed, RequestTimeout, EventInProgress, StatusUnknown, ForceNeeded, FunctionUnknown, NotDismissible, ProductExists, ReplayState, ReplayFutile, DismissalHasNoRate, TooManyEvents, PayloadGone, TooLarge, UnsupportedMediaType,
        TooManyAttempts, InternalError, PayloadCorrupt, StoreUnavailable, Crowded, TimedOut,
    ];

    /// <summary>What a route with a JSON body can return because of it.</summary>
    public static IReadOnlyList<ProblemType> OfBody { get; } = [MalformedRequest, RequestTimeout, TooLarge, UnsupportedMediaType];

    // The framework responds with a bare status before, or instead of, a handler.
    private static readonly FrozenDictionary<int, ProblemType> ByStatus =
        new[] { MalformedRequest, ApiKeyRequired, Forbidden, RouteNotFound, MethodNotAllowed, RequestTimeout, TooLarge, UnsupportedMediaType, TooManyAttempts, InternalError, StoreUnavailable, TimedOut }
            .ToFrozenDictionary(type => type.Status);

    /// <summary>The type for a status that has none of its own, because the server refused the request before reading it.</summary>
    public static ProblemType Rejected(int status) => new("rejected", status, "The request was rejected", "The server refused the request before it reached a route.");

    public static ProblemType? ForStatus(int status) => ByStatus.GetValueOrDefault(status);
}

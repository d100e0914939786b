using System.Collections.Frozen;

namespace EventTracking.Api.Errors;

/// <summary>Every error the API knows; <c>docs/errors.md</c> tells the remedy of each.</summary>
internal static class ProblemTypes
{
    public static ProblemType Validation { get; } = new("validation", 400, "The request has invalid values", "See 'errors' for the fields.");

    public static ProblemType MalformedRequest { get; } = new("malformed-request", 400, "The request cannot be read", "The body is not the JSON that this route expects.");

    public static ProblemType ApiKeyRequired { get; } = new("api-key-required", 401, "A valid API key is required", "Send a valid key in the X-Api-Key header.");

    public static ProblemType NotAuthentic { get; } = new("webhook-not-authentic", 401, "The webhook is not authentic", "Nothing was stored.");

    public static ProblemType Forbidden { get; } = new("forbidden", 403, "The API key does not allow this", "This route needs a key with the role 'operator'.");

    public static ProblemType RouteNotFound { get; } = new("route-not-found", 404, "There is no such route", "See the API's document for the routes there are.");

    public static ProblemType EventNotFound { get; } = new("event-not-found", 404, "There is no such event", "No event has this id.");

    public static ProblemType PayloadNotArchived { get; } = new("payload-not-archived", 404, "The payload is not archived yet", "The payload is still in its queue; it is archived before the event is processed.");

    public static ProblemType ProductNotFound { get; } = new("product-not-found", 404, "There is no such product", "The catalog has no product with this id.");

    public static ProblemType MethodNotAllowed { get; } = new("method-not-allowed", 405, "The route does not take this method", "The Allow header names the methods it takes.");

    public static ProblemType RequestTimeout { get; } = new("request-timeout", 408, "The request arrived too slowly", "The body did not arrive in time.");

    public static ProblemType EventInProgress { get; } = new("event-in-progress", 409, "The event is under way", "The event is 'processing': it ends by itself, or is taken over when its lease has expired.");

    public static ProblemType ForceNeeded { get; } = new("force-needed", 409, "The event ended well or was dismissed", "The event is 'succeeded': set 'force' to run it again all the same.");

    public static ProblemType FunctionUnknown { get; } = new("function-unknown", 409, "There is no such function any more", "The event's function 'stock-sync-old' is not part of this service, and no route leads its topic to another one. Nothing was changed.");

    public static ProblemType NotDismissible { get; } = new("event-not-dismissible", 409, "The event cannot be dismissed", "The event is 'succeeded': only failed and waiting events can be dismissed.");

    public static ProblemType ProductExists { get; } = new("product-exists", 409, "There is such a product already", "One of the ids is taken.");

    public static ProblemType PayloadGone { get; } = new("payload-gone", 410, "The payload is gone", "The payload was deleted when its retention ended.");

    public static ProblemType TooLarge { get; } = new("too-large", 413, "The body is too large", "A webhook may have 6,291,456 bytes, any other body 16,777,216.");

    public static ProblemType UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "The content type is not supported", "Send the body as application/json.");

    public static ProblemType TooManyAttempts { get; } = new("too-many-attempts", 429, "Too many attempts failed", "The key or signature was refused, as others from this address before. A right one is always accepted.");

    public static ProblemType InternalError { get; } = new("internal-error", 500, "Something failed that should not have", "The server's log has the cause under this trace id.");

    public static ProblemType PayloadCorrupt { get; } = new("payload-corrupt", 500, "The payload is damaged", "The stored bytes do not match their hash.");

    public static ProblemType StoreUnavailable { get; } = new("store-unavailable", 503, "A store did not answer", "What was asked may not have been done. Retry-After tells when to try again.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        Validation, MalformedRequest, ApiKeyRequired, NotAuthentic, Forbidden, RouteNotFound, EventNotFound, PayloadNotArchived, ProductNotFound,
        MethodNotAllowed, RequestTimeout, EventInProgress, ForceNeeded, FunctionUnknown, NotDismissible, ProductExists, PayloadGone, TooLarge, UnsupportedMediaType,
        TooManyAttempts, InternalError, PayloadCorrupt, StoreUnavailable,
    ];

    // What a bare status means: the framework answers with these before, or instead of, a handler.
    private static readonly FrozenDictionary<int, ProblemType> ByStatus =
        new[] { MalformedRequest, ApiKeyRequired, Forbidden, RouteNotFound, MethodNotAllowed, RequestTimeout, TooLarge, UnsupportedMediaType, TooManyAttempts, InternalError, StoreUnavailable }
            .ToFrozenDictionary(type => type.Status);

    public static ProblemType? ForStatus(int status) => ByStatus.GetValueOrDefault(status);
}

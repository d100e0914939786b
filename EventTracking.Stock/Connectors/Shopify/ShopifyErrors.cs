namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Decides what Shopify's errors mean. Most of them come with HTTP 200: https://shopify.dev/docs/api/admin-graphql#status_and_error_codes</summary>
internal static class ShopifyErrors
{
    private const string Unnamed = "graphql";

    /// <summary>Returns why a response is not an answer: its status, or the gravest of the errors in its body.</summary>
    public static Refusal? FindRefusal(HttpResponseMessage response, RemoteBody body) =>
        response.IsSuccessStatusCode ? body.Errors.Select(Of).MaxBy(Gravity) : StatusRules.Of((int)response.StatusCode);

    /// <summary>Returns why a mutation was refused: the gravest of its user errors.</summary>
    public static Refusal OfUserErrors(IEnumerable<ShopifyUserError> errors) => errors.Select(error => OfUserError(error.AsRemote())).MaxBy(Gravity)!;

    private static Refusal Of(RemoteError error) => error.Code switch
    {
        // A right is missing, or the shop is closed or frozen.
        "ACCESS_DENIED" or "FORBIDDEN" or "UNAUTHORIZED" or "SHOP_INACTIVE" or "PAYMENT_REQUIRED" => Refusal.UntilPutRight(error.CodeOr(Unnamed)),
        "BAD_REQUEST" or "INVALID_FIELD_ARGUMENTS" or "INVALID_VARIABLE" or "MAX_COST_EXCEEDED" or "MAX_INPUT_SIZE_EXCEEDED" => Refusal.Permanent(error.CodeOr(Unnamed)),

        // Codes of the validation of a document are written like undefinedField; the others are in upper case.
        { } code when code.Any(char.IsAsciiLetterLower) => Refusal.Permanent(error.CodeOr(Unnamed)),
        _ => Refusal.Temporary(error.CodeOr(Unnamed)),
    };

    // https://shopify.dev/docs/api/admin-graphql/latest/enums/InventorySetQuantitiesUserErrorCode
    private static Refusal OfUserError(RemoteError error) => error.Code switch
    {
        "INVALID_NAME" or "INVALID_REASON" or "INVALID_REFERENCE_DOCUMENT" or "COMPARE_QUANTITY_REQUIRED" or "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
            or "INVALID_QUANTITY_NEGATIVE" or "INVALID_QUANTITY_TOO_HIGH" or "INVALID_QUANTITY_TOO_LOW"
            or "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR" or "NON_MUTABLE_INVENTORY_ITEM" => Refusal.Permanent(error.CodeOr(Unnamed)),

        // The location was deleted or deactivated, and can be activated again.
        "INVALID_LOCATION" => Refusal.UntilPutRight(error.CodeOr(Unnamed)),

        // The item was deleted since it was read, which the next attempt sees; or an earlier try with this key is under way or
        // failed, and the next attempt has another key.
        _ => Refusal.Temporary(error.CodeOr(Unnamed)),
    };

    private static int Gravity(Refusal refusal) => refusal switch
    {
        { Transient: false } => 2,
        { RetryAfter: not null } => 1,
        _ => 0,
    };
}

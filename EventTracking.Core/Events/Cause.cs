namespace EventTracking.Core.Events;

/// <summary>
/// What groups of failures have in common, so that one outage is one line: the first part of the code, e.g. <c>shopify</c> of
/// <c>shopify/throttled</c>, or the function if the failure has no code.
/// </summary>
internal static class Cause
{
    public static string Of(string function, string? code) => code is { Length: > 0 } ? code.Split('/', 2)[0] : function;

    public static string Of(EventSummary failed) => Of(failed.Event.Function, failed.Failure?.Code);
}

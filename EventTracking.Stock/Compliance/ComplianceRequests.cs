using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Compliance;

/// <summary>
/// Shopify's mandatory requests about personal data. Law sets a deadline for them and no program can tell that they are done, so their
/// events fail at once: they stay on the list of failures until an operator dismisses them with a reason. Only the payload says whom a
/// request is about; the failure must not.
/// </summary>
internal sealed class ComplianceRequests : TrackedFunction<string>
{
    /// <summary>A deadline runs for each request, whatever is known of others.</summary>
    protected override bool IsObligation(string? code) => true;

    /// <summary>The function can only fail: people do what is asked.</summary>
    protected override string? ReplayIsFutile =>
        "A request about personal data is answered by people, so a replay only fails again. Do what its payload asks, then dismiss the event and say in the reason what was done.";

    protected override string ReadMessage(PayloadRecord payload, EventMetadata metadata) => metadata.Topic;

    protected override Task<Outcome> HandleAsync(string message, EventContext context, CancellationToken cancellationToken)
    {
        var (code, request) = message switch
        {
            Topics.CustomersDataRequest => ("compliance/customer-data-request", "A customer asks which data is stored about them. Answer the merchant within 30 days."),
            Topics.CustomersRedact => ("compliance/customer-redact", "A customer's data must be erased within 30 days."),
            Topics.ShopRedact => ("compliance/shop-redact", "The shop uninstalled the app 48 hours ago, and its data must be erased within 30 days."),
            _ => ("compliance/unknown", "This is none of the requests that are known."),
        };
        throw new FunctionException(
            $"{request} The payload of this event says whom the request is about. Do what it asks, then dismiss this event and say in the reason what was done.", code, transient: false);
    }
}

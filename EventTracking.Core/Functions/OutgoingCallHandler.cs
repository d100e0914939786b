using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Functions;

/// <summary>
/// Notes the calls of an HTTP client in the records of the events for which they are made: when each began, how long it took and how it
/// ended. Add it outside of handlers that retry, so that a call counts once. Calls that no event makes pass unnoted.
/// </summary>
/// <param name="system">What is called, e.g. <c>shopify</c>; the record keeps the first 60 characters.</param>
public sealed class OutgoingCallHandler(string system) : DelegatingHandler
{
    private const int MaxLength = 60;

    private readonly string name = OutgoingCall.Name(Trim(system));

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = CallScope.Current.Select(context => (Context: context, At: context.Elapsed)).ToList();
        var result = "";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            result = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        catch (Exception exception)
        {
            result = ResultOf(exception);
            throw;
        }
        finally
        {
            foreach (var (context, at) in began)
            {
                context.AddCall(new OutgoingCall((int)at.TotalMilliseconds, (int)(context.Elapsed - at).TotalMilliseconds, began.Count, result, name));
            }
        }
    }

    private static string ResultOf(Exception exception) => exception switch
    {
        FunctionException failure => OutgoingCall.Word(Trim(failure.Code)),
        PostponedException => "postponed",
        OperationCanceledException => "cancelled",
        _ => "failed",
    };

    private static string Trim(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}

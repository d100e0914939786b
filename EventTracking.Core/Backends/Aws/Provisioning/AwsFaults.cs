using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Explains in one sentence, for an operator, why AWS could not be called.</summary>
internal static class AwsFaults
{
    /// <exception cref="BackendException">AWS refused the call or could not be reached.</exception>
    public static async Task ExplainAsync(Func<Task> runAsync)
    {
        try
        {
            await runAsync();
        }
        catch (AmazonServiceException exception)
        {
            throw new BackendException($"AWS refused the call: {exception.Message} ({exception.ErrorCode})", exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException or TimeoutException)
        {
            throw Unasked(exception);
        }
    }

    /// <summary>AWS did not respond, or the call could not even be sent because no region or credentials are configured.</summary>
    public static BackendException Unasked(Exception exception) => new(
        $"AWS could not be reached: {FirstSentence(exception.Message)}. Check the standard AWS settings: AWS_REGION, the credential chain and, for an emulator, AWS_ENDPOINT_URL.",
        exception);

    // The rest of the message lists every place that the SDK searched.
    private static string FirstSentence(string message) => message.Split([". ", "\n"], 2, StringSplitOptions.TrimEntries)[0].TrimEnd('.');
}

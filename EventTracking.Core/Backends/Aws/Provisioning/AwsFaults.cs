using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Tells in one sentence why AWS could not be asked, for those who start something and wait for it.</summary>
internal static class AwsFaults
{
    /// <exception cref="BackendException">In place of whatever AWS or the way to it failed with.</exception>
    public static async Task ExplainAsync(Func<Task> runAsync)
    {
        try
        {
            await runAsync();
        }
        catch (AmazonServiceException exception)
        {
            throw new BackendException($"AWS refused: {exception.Message} ({exception.ErrorCode})", exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException or TimeoutException)
        {
            throw Unasked(exception);
        }
    }

    /// <summary>There was no answer, or not even a question for want of a region or of credentials.</summary>
    public static BackendException Unasked(Exception exception) => new(
        $"AWS could not be asked: {FirstSentence(exception.Message)}. The product takes region, credentials and, for an emulator, its address from where all AWS tools do: AWS_REGION, the credential chain, AWS_ENDPOINT_URL.",
        exception);

    // What follows is a list of all places that were looked at.
    private static string FirstSentence(string message) => message.Split([". ", "\n"], 2, StringSplitOptions.TrimEntries)[0].TrimEnd('.');
}

using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Backends;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Hosting;

/// <summary>Reports an exception that ends the program before it serves.</summary>
internal static class StartFailure
{
    private static string? LambdaAddress => Environment.GetEnvironmentVariable(RuntimeApi.Setting);

    /// <summary>Whether the exception is reported as a start failure: faults of the settings or the store, and in Lambda, which waits for a report, all of them.</summary>
    public static bool IsReported(Exception exception) => exception is OptionsValidationException or BackendException || LambdaAddress is not null;

    /// <summary>Reports the exception and returns the exit code.</summary>
    public static async Task<int> ReportAsync(Exception exception)
    {
        await Console.Error.WriteLineAsync(exception switch
        {
            OptionsValidationException => $"The configuration is not valid. {exception.Message}",
            BackendException => exception.Message,
            _ => exception.ToString(),
        });

        // A host that has served did not fail to start.
        if (LambdaAddress is { } address && exception is not LambdaHostException)
        {
            using var runtime = new RuntimeApi(address, static () => null);
            await runtime.FailInitAsync(exception);
        }

        return 1;
    }
}

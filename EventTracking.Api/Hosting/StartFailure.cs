using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Backends;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Hosting;

/// <summary>What ends the program before it serves, and who is told of it.</summary>
internal static class StartFailure
{
    private static string? LambdaAddress => Environment.GetEnvironmentVariable(RuntimeApi.Setting);

    /// <summary>What is wrong with the settings or the store; in Lambda all of it, since Lambda waits to be told.</summary>
    public static bool IsTold(Exception exception) => exception is OptionsValidationException or BackendException || LambdaAddress is not null;

    /// <summary>Tells it, and gives the exit code.</summary>
    public static async Task<int> TellAsync(Exception exception)
    {
        await Console.Error.WriteLineAsync(exception switch
        {
            OptionsValidationException => $"The configuration cannot be used. {exception.Message}",
            BackendException => exception.Message,
            _ => exception.ToString(),
        });

        // The end of a host that served is no failure of its start.
        if (LambdaAddress is { } address && exception is not LambdaHostException)
        {
            using var runtime = new RuntimeApi(address, static () => null);
            await runtime.FailInitAsync(exception);
        }

        return 1;
    }
}

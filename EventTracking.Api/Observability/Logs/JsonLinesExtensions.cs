using EventTracking.Core.Secrets;
using Microsoft.Extensions.Logging.Console;

namespace EventTracking.Api.Observability.Logs;

internal static class JsonLinesExtensions
{
    /// <summary>Replaces the console's own format for hosts that log to it.</summary>
    public static void AddJsonLines(this ILoggingBuilder logging)
    {
        var console = logging.Services.Where(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider)).ToList();
        if (console.Count == 0)
        {
            return;
        }

        console.ForEach(provider => logging.Services.Remove(provider));
        logging.Services.AddSingleton<ILoggerProvider>(provider =>
            new JsonLineLoggerProvider(Console.Out, provider.GetRequiredService<SecretRedactor>, provider.GetRequiredService<TimeProvider>()));
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>
/// Secrets that are read at start and read again when they are used after the refresh interval. A rotation thus needs no
/// restart, and nothing depends on a timer, which does not run while Lambda has frozen the process.
/// </summary>
/// <param name="parameters">The source of the secrets.</param>
/// <param name="configuration">The configuration that receives them.</param>
/// <param name="required">Parameters below the path that must exist at start; <c>/*</c> at the end stands for one or more of any name, and <c>|</c> separates names of which one suffices.</param>
/// <param name="interval">Maximum age of the secrets when they are used.</param>
/// <param name="time">The clock.</param>
internal sealed partial class SecretStore(SecretParameters parameters, IConfigurationManager configuration, IReadOnlyList<string> required, TimeSpan interval, TimeProvider time) : IDisposable
{
    /// <summary>Maximum time that a request waits for a refresh, and minimum time between two refreshes that failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly SecretsProvider provider = new();
    private readonly SemaphoreSlim reading = new(1);
    private DateTimeOffset readAt;
    private TimeSpan validFor;

    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Reads the secrets for the first time and adds them to the configuration.</summary>
    /// <exception cref="BackendException">The secrets could not be read, or one is missing; the message names the parameter.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        provider.Values = await parameters.ReadAsync(cancellationToken);
        configuration.Add(provider);
        RequireAll();
        Keep(interval);
    }

    /// <summary>Reads the secrets again if that is due. Errors are logged, and the last good secrets stay in use.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken) =>
        IsDue ? new ValueTask(ReadAgainAsync(cancellationToken)) : ValueTask.CompletedTask;

    public void Dispose() => reading.Dispose();

    // Compare with the wall clock: a process that was frozen in the meantime has not measured the time. If the clock has been set
    // back since, nobody knows how old the secrets are.
    private bool IsDue => time.GetUtcNow() is var now && (now < readAt || now >= readAt + validFor);

    private void Keep(TimeSpan valid) => (readAt, validFor) = (time.GetUtcNow(), valid);

    private async Task ReadAgainAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (!IsDue)
            {
                return;
            }

            using var patience = new CancellationTokenSource(Patience, time);
            var values = await parameters.ReadAsync(patience.Token);
            Keep(interval);
            if (!IsSame(values))
            {
                Apply(values);
            }
        }
#pragma warning disable CA1031 // Callers continue with the last good secrets whatever the error.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Keep(Pause);

            // Other exceptions may quote the response, which contains secrets.
            Log.NotRead(Logger, parameters.Path, exception is BackendException ? exception.Message : exception.GetType().Name);
        }
        finally
        {
            reading.Release();
        }
    }

    private bool IsSame(Dictionary<string, string?> values) =>
        values.Count == provider.Values.Count && values.All(value => provider.Values.TryGetValue(value.Key, out var known) && known == value.Value);

    private void Apply(Dictionary<string, string?> values)
    {
        var known = provider.Values;
        provider.Values = values;
        try
        {
            RequireAll();
            provider.Announce();
            Log.Changed(Logger, parameters.Path);
        }
        catch (Exception exception) when (exception is BackendException or AggregateException or OptionsValidationException)
        {
            // Notify everybody who has already seen the new secrets that the old ones apply again.
            provider.Values = known;
            provider.Announce();
            Log.Refused(Logger, parameters.Path, Reason(exception));
        }
    }

    private void RequireAll()
    {
        var missing = required
            .Select(names => names.Split('|'))
            .Where(names => !names.Any(name => configuration.GetSection(KeyOf(name)).Exists()))
            .Select(names => string.Join(" or ", names.Select(name => $"{parameters.Path}/{name}")))
            .ToArray();
        if (missing.Length > 0)
        {
            throw new BackendException($"SSM Parameter Store has no {string.Join(", no ", missing)}. Create the missing parameters as SecureStrings.");
        }
    }

    private static string KeyOf(string name) => (name.EndsWith("/*", StringComparison.Ordinal) ? name[..^2] : name).Replace('/', ':');

    private static string Reason(Exception exception) => exception is AggregateException aggregate
        ? string.Join(" ", aggregate.Flatten().InnerExceptions.Select(inner => inner is OptionsValidationException ? inner.Message : inner.GetType().Name).Distinct())
        : exception.Message;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The secrets below {Path} changed; the new values are in use")]
        public static partial void Changed(ILogger logger, string path);

        [LoggerMessage(2, LogLevel.Error, "The changed secrets below {Path} are not valid; the last good ones stay in use: {Reason}")]
        public static partial void Refused(ILogger logger, string path, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The secrets below {Path} could not be refreshed; the last good ones stay in use: {Reason}")]
        public static partial void NotRead(ILogger logger, string path, string reason);
    }
}

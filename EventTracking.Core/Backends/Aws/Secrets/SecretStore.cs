using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>
/// Secrets that are read at the start and, when they are to be used and are older than the interval, again. So a rotation
/// needs no restart, and nothing runs on a timer, which Lambda would not wake.
/// </summary>
/// <param name="parameters">Where they are.</param>
/// <param name="configuration">Where they are put.</param>
/// <param name="required">Parameters below the path without which the service does not start; <c>/*</c> at the end stands for one or more of any name.</param>
/// <param name="interval">How old they are at most when they are used.</param>
/// <param name="time">The clock.</param>
internal sealed partial class SecretStore(SecretParameters parameters, IConfigurationManager configuration, IReadOnlyList<string> required, TimeSpan interval, TimeProvider time) : IDisposable
{
    /// <summary>Longest time that a request waits for a new reading, and least time between two that failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly SecretsProvider provider = new();
    private readonly SemaphoreSlim reading = new(1);
    private DateTimeOffset due;

    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Reads them for the first time and adds them to the configuration.</summary>
    /// <exception cref="BackendException">They could not be read, or one is missing; the message names the parameter.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        provider.Values = await parameters.ReadAsync(cancellationToken);
        configuration.Add(provider);
        RequireAll();
        due = time.GetUtcNow() + interval;
    }

    /// <summary>Reads them again if that is due. Whatever goes wrong is logged, and the last good ones remain.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken) =>
        // By the clock: a process that was frozen meanwhile has not measured the time.
        time.GetUtcNow() < due ? ValueTask.CompletedTask : new ValueTask(ReadAgainAsync(cancellationToken));

    public void Dispose() => reading.Dispose();

    private async Task ReadAgainAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() < due)
            {
                return;
            }

            using var patience = new CancellationTokenSource(Patience, time);
            var values = await parameters.ReadAsync(patience.Token);
            due = time.GetUtcNow() + interval;
            if (!IsSame(values))
            {
                Apply(values);
            }
        }
#pragma warning disable CA1031 // Whatever it was, who needs a secret goes on with the last good ones.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            due = time.GetUtcNow() + Pause;

            // What else goes wrong may quote the answer, and the answer is secrets.
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
            // Everybody who was told of the new ones is told of the old ones again.
            provider.Values = known;
            provider.Announce();
            Log.Refused(Logger, parameters.Path, Reason(exception));
        }
    }

    private void RequireAll()
    {
        var missing = required.Where(name => !configuration.GetSection(KeyOf(name)).Exists()).Select(name => $"{parameters.Path}/{name}").ToArray();
        if (missing.Length > 0)
        {
            throw new BackendException($"SSM Parameter Store has no {string.Join(", no ", missing)}. Create what is missing as a SecureString.");
        }
    }

    private static string KeyOf(string name) => (name.EndsWith("/*", StringComparison.Ordinal) ? name[..^2] : name).Replace('/', ':');

    private static string Reason(Exception exception) => exception is AggregateException aggregate
        ? string.Join(" ", aggregate.Flatten().InnerExceptions.Select(inner => inner is OptionsValidationException ? inner.Message : inner.GetType().Name).Distinct())
        : exception.Message;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The secrets below {Path} changed and are used from now on")]
        public static partial void Changed(ILogger logger, string path);

        [LoggerMessage(2, LogLevel.Error, "The secrets below {Path} changed and cannot be used; the last good ones remain: {Reason}")]
        public static partial void Refused(ILogger logger, string path, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The secrets below {Path} could not be read again; the last good ones remain: {Reason}")]
        public static partial void NotRead(ILogger logger, string path, string reason);
    }
}

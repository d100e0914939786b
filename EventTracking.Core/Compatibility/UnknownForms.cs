using System.Collections.Concurrent;
using EventTracking.Core.Observability;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Compatibility;

/// <summary>
/// Reports what this version cannot read, because a newer one wrote it. It is left alone, so nothing is lost; but somebody should know
/// that both versions are at work.
/// </summary>
internal sealed partial class UnknownForms(ILogger<UnknownForms> logger, EventTrackingMetrics? metrics = null)
{
    private const int MaxLogged = 1000;
    private const int MaxLength = 100;

    private readonly ConcurrentDictionary<(string, string), bool> logged = [];

    /// <summary>Counts each, and logs the first of a kind.</summary>
    /// <param name="kind">What it is, e.g. <c>event</c>.</param>
    /// <param name="form">What is not known about it, e.g. its status.</param>
    /// <param name="id">Which one it is.</param>
    public void See(string kind, string form, string id)
    {
        metrics?.Unknown(kind);
        form = form.Length <= MaxLength ? form : form[..MaxLength];
        if (logged.Count < MaxLogged && logged.TryAdd((kind, form), true))
        {
            Log.Seen(logger, kind, id, form);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Kind} {Id} was stored by a newer version in a form that this version does not know ({Form}). It is left as it is; further ones are only counted. Run the newer version")]
        public static partial void Seen(ILogger logger, string kind, string id, string form);
    }
}

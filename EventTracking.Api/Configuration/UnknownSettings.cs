using EventTracking.Core.Configuration;

namespace EventTracking.Api.Configuration;

/// <summary>
/// Warns of settings that nobody reads, in the sections of which somebody reads others. They are not refused, because two versions
/// may share their settings. The value of a setting may be a secret and is never shown.
/// </summary>
internal static partial class UnknownSettings
{
    public const int MostShown = 20;

    private const int LongestPath = 200;

    public static WebApplication WarnOfUnknownSettings(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILogger<SettingTree>>();
        foreach (var warning in Describe(app.Services))
        {
            Log.UnknownSetting(logger, warning);
        }

        return app;
    }

    /// <summary>A sentence about each unknown setting, in the order of their paths, and the number of those beyond <see cref="MostShown"/>.</summary>
    public static IEnumerable<string> Describe(IServiceProvider services)
    {
        var known = new SettingTree(services.GetServices<DeclaredSettings>().SelectMany(declared => declared.Paths));
        var unknown = Find(services.GetRequiredService<IConfiguration>(), known).Order(StringComparer.OrdinalIgnoreCase).ToList();
        var described = unknown.Take(MostShown).Select(path => Describe(path, known.Suggest(path)));
        return unknown.Count > MostShown ? described.Append($"{unknown.Count - MostShown} more settings are not known and have no effect.") : described;
    }

    private static IEnumerable<string> Find(IConfiguration configuration, SettingTree known)
    {
        foreach (var section in configuration.GetChildren())
        {
            var isOurs = known.HasSection(section.Key);

            // The environment has variables of everybody: what is in no section of ours counts only if it resembles a setting.
            var unread = section.AsEnumerable()
                .Where(setting => setting.Value is { } value && !known.Knows(setting.Key, value))
                .Select(setting => setting.Key)
                .Where(path => isOurs ? path != section.Path : known.Suggest(path) is not null);
            foreach (var path in unread)
            {
                yield return path;
            }
        }
    }

    private static string Describe(string path, string? suggestion)
    {
        var fault = $"The setting '{(path.Length <= LongestPath ? path : $"{path[..LongestPath]}…")}' is not known and has no effect.";
        return suggestion is null ? fault : $"{fault} Did you mean '{suggestion}'?";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void UnknownSetting(ILogger logger, string warning);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Secrets;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Configuration;
using EventTracking.Core.Notifications;
using EventTracking.Core.Search;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Core;

/// <summary>Declares which settings there are. When the service starts, it warns of those in the same sections that nobody declared, because they are probably misspelt.</summary>
public static class SettingsExtensions
{
    /// <summary>
    /// Declares the settings that options are bound to. Declare the type of a nested object, or of the entries of a list, by another
    /// call; until then everything below it passes.
    /// </summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="section">The path of their section, e.g. <c>Prices</c>; <c>*</c> stands for the place in a list, as in <c>Prices:Lists:*</c>.</param>
    public static IServiceCollection AddSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(this IServiceCollection services, string section) =>
        services.AddSettings([.. typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property => DeclaredSettings.Of(section, property))]);

    /// <summary>Declares settings that are read by their paths.</summary>
    /// <param name="services">The container.</param>
    /// <param name="paths">The paths, e.g. <c>Prices:BaseAddress</c>.</param>
    public static IServiceCollection AddSettings(this IServiceCollection services, params string[] paths) => services.AddSingleton(new DeclaredSettings(paths));

    /// <summary>All of the engine's, because a setting of the backend that is not in use is not misspelt.</summary>
    internal static IServiceCollection AddEngineSettings(this IServiceCollection services) => services
        .AddSettings<EventTrackingOptions>(EventTrackingOptions.Section)
        .AddSettings(BackendExtensions.Setting)
        .AddSettings<EmbeddedOptions>(EmbeddedOptions.Section)
        .AddSettings<AwsOptions>(AwsOptions.Section)
        .AddSettings<SecretsOptions>(SecretsOptions.Section)
        .AddSettings<NotificationOptions>(NotificationOptions.Section)
        .AddSettings<SearchOptions>(SearchOptions.Section)
        .AddSettings<PayloadPath>($"{SearchOptions.Section}:{nameof(SearchOptions.Paths)}:*");
}

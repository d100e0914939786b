using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

internal static class NotificationExtensions
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NotificationOptions>()
            .Configure(options => configuration.GetSection(NotificationOptions.Section).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>();
        services.AddSecrets<NotificationOptions>(static options => [options.Url ?? "", options.Secret ?? ""]);
        services.AddRecordCollection(Alerts.Collection, AlertJson.Default.Alert);
        services.AddSingleton<Alerts>();
        services.AddSingleton<NotificationChannel>();
        return services.AddSingleton<Notifier>();
    }
}

using System.Text;
using System.Text.Json.Serialization;
using EventTracking.Api.Activities;
using EventTracking.Api.Authorization;
using EventTracking.Api.Catalog;
using EventTracking.Api.Configuration;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Api.Events;
using EventTracking.Api.Failures;
using EventTracking.Api.Health;
using EventTracking.Api.Hosting;
using EventTracking.Api.Integrations;
using EventTracking.Api.Notifications;
using EventTracking.Api.Observability;
using EventTracking.Api.Reconciliation;
using EventTracking.Api.Replay;
using EventTracking.Api.Replay.Bulk;
using EventTracking.Api.Sandbox;
using EventTracking.Api.Search;
using EventTracking.Api.Serialization;
using EventTracking.Api.Waiting;
using EventTracking.Api.WebConsole;
using EventTracking.Api.Webhooks;
using EventTracking.Core;
using EventTracking.Core.Backends;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EventTracking.Api;

/// <summary>Composes the API; every host and every test uses the same composition.</summary>
internal static class ApiExtensions
{
    // An edited payload may arrive as base64, or as text with many escapes.
    private const int MaxBodyBytes = 16 * 1024 * 1024;

    // One per feature. Reflection is not available in a native build, so a type that is in none of them cannot be serialized.
    private static JsonSerializerContext[] JsonContexts =>
    [
        ProblemJsonContext.Default,
        WebhookJsonContext.Default,
        EventJsonContext.Default,
        FailureJsonContext.Default,
        WaitingJsonContext.Default,
        NotificationJsonContext.Default,
        ReplayJsonContext.Default,
        ReconciliationJsonContext.Default,
        ProductJsonContext.Default,
        HealthJsonContext.Default,
        SearchJsonContext.Default,
        ActivityJsonContext.Default,
        ConsoleJsonContext.Default,
    ];

    public static WebApplicationBuilder AddEventTrackingApi(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.LimitStrangers();

            // Decode headers as Latin-1 so that a header that is not UTF-8 never causes a delivery to be rejected.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        builder.Services.Configure<SocketTransportOptions>(static transport => transport.LimitStrangers());
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            foreach (var context in JsonContexts)
            {
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, context);
            }

            json.SerializerOptions.Converters.Add(new UtcTimestampConverter());

            // Of a member that is there twice, one would be ignored.
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        builder.Services
            .AddEventTracking(builder.Configuration)
            .AddBackend(builder.Configuration)
            .AddIntegrations(builder.Configuration)
            .AddHost(builder.Configuration)
            .AddApiSettings()
            .AddErrors()
            .AddApiKeys()
            .AddWebhooks()
            .AddEvents()
            .AddFailures()
            .AddWaiting()
            .AddReplay()
            .AddBulkReplay()
            .AddProducts()
            .AddReconciliation()
            .AddSearch()
            .AddActivities()
            .AddHealth()
            .AddConsole()
            .AddDocument("v1", "EventTracking v1");
        return builder.AddObservability().AddSandbox();
    }

    /// <summary>Called before the host starts, because a host that fails to start writes stack traces instead of a message for its user.</summary>
    /// <exception cref="BackendException">The backend cannot be used.</exception>
    public static Task OpenBackendAsync(this WebApplication app) =>
        app.Services.GetRequiredService<IBackendStart>().OpenAsync(app.Lifetime.ApplicationStopping);

    public static WebApplication UseEventTrackingApi(this WebApplication app)
    {
        // First, because what is missing may be what was misspelt.
        app.WarnOfUnknownSettings();

        // Invalid keys must fail the start, not the first request.
        app.Services.GetRequiredService<AcceptedKeys>();

        app.UseSecrets();
        app.UseObservability();
        app.UseErrors();
        app.UseRouting();

        // Webhooks are short-circuited at routing; the requests from here on are few.
        app.UseStatusCodePages();
        app.UseSecurityHeaders(page: "/swagger");
        app.UseSwaggerPage();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseFreshCounts();
        return app;
    }

    public static WebApplication MapEventTrackingApi(this WebApplication app)
    {
        var routes = app.MapGroup("").WithHead();
        routes.MapWebhooks();
        routes.MapEvents();
        routes.MapFailures();
        routes.MapWaiting();
        routes.MapNotifications();
        routes.MapReplay();
        routes.MapBulkReplay();
        routes.MapReconciliation();
        routes.MapProducts();
        routes.MapCatalogImports();
        routes.MapSearch();
        routes.MapActivities();
        routes.MapHealth();
        routes.MapConsole();
        return app.MapSandbox();
    }
}

using EventTracking.Api.Authorization;
using EventTracking.Api.Integrations;
using EventTracking.Core;
using EventTracking.Core.Backends;
using EventTracking.Stock;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>The product as a function of the template composes it, with test secrets.</summary>
internal static class TemplateProduct
{
    public static ServiceProvider Compose(Template template, Func<IServiceCollection, IConfiguration, IServiceCollection>? add = null, Dictionary<string, string?>? settings = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(template.Settings).AddInMemoryCollection(Secrets).AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddEventTracking(configuration)
            .AddBackend(configuration)
            .AddIntegrations(configuration);
        return (add?.Invoke(services, configuration) ?? services).BuildServiceProvider();
    }

    public static Dictionary<string, string?> Secrets => new()
    {
        ["Shopify:AccessToken"] = "hush-shopify-token",
        ["Shopify:WebhookSecrets:current"] = "hush-shopify-secret",
        ["Brightpearl:StaffToken"] = "hush-brightpearl-token",
        ["Brightpearl:WebhookKeys:current"] = "hush-brightpearl-webhook-key",
        ["EventTracking:ApiKeys:otto:Name"] = "otto",
        ["EventTracking:ApiKeys:otto:Role"] = "operator",
        ["EventTracking:ApiKeys:otto:Hash"] = ApiKey.HashText(ApiKey.Create()),
    };
}

using System.Reflection;
using System.Text.RegularExpressions;
using EventTracking.Api.Authorization;
using EventTracking.Api.Commands;
using EventTracking.Api.Configuration;
using EventTracking.Api.Integrations;
using EventTracking.Core;
using EventTracking.Core.Backends;
using EventTracking.Core.Configuration;
using EventTracking.Guide;
using EventTracking.Stock;
using EventTracking.Stock.Rules;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Deployment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Configuration;

/// <summary>What the service says at its start about settings that nobody reads.</summary>
public sealed partial class UnknownSettingsTests
{
    [Theory]
    [InlineData("EventTracking:DataPaht", "EventTracking:DataPath")]
    [InlineData("eventtracking:datapaht", "EventTracking:DataPath")]
    [InlineData("Shopify:AccesToken", "Shopify:AccessToken")]
    [InlineData("Brightpearl:OAut:RefreshTokn", "Brightpearl:OAuth:RefreshToken")]
    [InlineData("EventTracking:Notification:Url", "EventTracking:Notifications:Url")]
    [InlineData("EventTracking:ApiKey:0:Name", "EventTracking:ApiKeys:0:Name")]
    [InlineData("EventTracking:ApiKeys:ann:Nmae", "EventTracking:ApiKeys:ann:Name")]
    [InlineData("EventTracking:Search:Paths:3:Pfad", null)]
    [InlineData("Stock:SafetyStocks:0:Unit", "Stock:SafetyStocks:0:Units")]
    [InlineData("Shopify:WebhookSecrets", "Shopify:WebhookSecrets:0")]
    [InlineData("Shopify:WebhookSecret:1", "Shopify:WebhookSecrets:1")]
    [InlineData("Swagger:Enable", "Swagger:Enabled")]
    [InlineData("Sandbox:Eco", "Sandbox:Echo")]
    [InlineData("EventTracking:DataPath:Local", null)]
    [InlineData("Brightpearl:OAuth:IsUsed", null)]
    [InlineData("Stock:Colour", null)]
    [InlineData("EventTraking:Aws:EventsTable", "EventTracking:Aws:EventsTable")]
    [InlineData("EventTracking_DataPath", "EventTracking:DataPath")]
    [InlineData("EventTracking:Aws_EventsTable", "EventTracking:Aws:EventsTable")]
    [InlineData("Prices:MaxDiscount", null)]
    [InlineData("Prices:ApiKye", "Prices:ApiKey")]
    public void An_unknown_setting_is_named_with_the_one_that_it_resembles(string path, string? suggestion) => Assert.Equal(
        [$"The setting '{path}' is not known and has no effect.{(suggestion is null ? "" : $" Did you mean '{suggestion}'?")}"],
        Describe([new(path, "hush")]));

    [Theory]
    [InlineData("EVENTTRACKING:DATAPATH")]
    [InlineData("EventTracking:ApiKeys:0:Name")]
    [InlineData("Shopify:WebhookSecrets:current")]
    [InlineData("Brightpearl:OAuth:RefreshToken")]
    [InlineData("Shopify:LocationId")]
    [InlineData("Stock:Exclusions:7:ProductId")]
    [InlineData("Prices:ApiKey")]
    public void Case_does_not_matter_and_the_entries_of_a_list_have_any_name(string path) => Assert.Empty(Describe([new(path, "hush")]));

    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("SHOPIFY_SERVICE_HOST")]
    [InlineData("EVENTTRACKING_TEST_AWS")]
    [InlineData("Stock")]
    [InlineData("Stok")]
    [InlineData("Kestrel:Limits:MaxRequestBodySize")]
    [InlineData("Warehouse:DataPath")]
    public void What_belongs_to_others_is_left_alone(string path) => Assert.Empty(Describe([new(path, "hush")]));

    [Fact]
    public void An_empty_list_and_a_setting_that_is_null_are_no_unknown_settings() =>
        Assert.Empty(Describe([new("Shopify:WebhookSecrets", ""), new("Stock:Exclusions", ""), new("Stock:Colour", null)]));

    [Fact]
    public void Many_unknown_settings_are_counted_and_a_long_one_is_cut()
    {
        var warnings = Describe([.. Enumerable.Range(0, 25).Select(number => KeyValuePair.Create($"Stock:{new string('x', 1000)}{number:00}", (string?)"hush"))]);

        Assert.Equal(21, warnings.Count);
        Assert.All(warnings, warning => Assert.InRange(warning.Length, 1, 300));
        Assert.Equal("5 more settings are not known and have no effect.", warnings[^1]);
    }

    [Fact]
    public async Task The_service_logs_the_setting_and_never_its_value()
    {
        await using var service = await ApiFixture.StartAsync(settings: new() { ["Shopify:AccesToken"] = "hush-misspelt" });

        Assert.Contains("Warning The setting 'Shopify:AccesToken' is not known and has no effect. Did you mean 'Shopify:AccessToken'?", service.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-misspelt", service.Logs.Text, StringComparison.Ordinal);
        Assert.Equal(1, UnknownCount().Count(service.Logs.Text));
    }

    [Fact]
    public async Task A_command_warns_beside_its_output()
    {
        using var error = new StringWriter();
        await using var app = AwsCommandApp.Build(["--EventTracking:Aws:EventTable=hush"], error);

        Assert.Equal($"The setting 'EventTracking:Aws:EventTable' is not known and has no effect. Did you mean 'EventTracking:Aws:EventsTable'?{Environment.NewLine}", error.ToString());
    }

    [Theory]
    [InlineData("docs/operating.md", 50)]
    [InlineData("docs/aws.md", 5)]
    public void Every_documented_setting_is_known(string page, int atLeast)
    {
        var documented = Documented(File.ReadAllLines(Repository.PathOf(page))).Distinct().ToList();

        Assert.True(documented.Count >= atLeast, $"{page} documents {documented.Count} settings.");
        Assert.Empty(Describe([.. documented.Select(path => KeyValuePair.Create(path, (string?)(path == "EventTracking:Search:Paths" ? "" : "hush")))]));
    }

    [Fact]
    public void Every_property_of_every_options_class_is_known()
    {
        var sections = ((Assembly[])[typeof(EventTrackingExtensions).Assembly, typeof(StockIntegrationExtensions).Assembly, typeof(AwsCommandApp).Assembly, typeof(PriceOptions).Assembly])
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is not null)
            .ToList();
        var paths = sections.SelectMany(type => SettingsOf((string)type.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetRawConstantValue()!, type))
            .Concat(SettingsOf($"{ApiKeyEntry.Section}:0", typeof(ApiKeyEntry)))
            .ToList();

        Assert.True(sections.Count >= 8 && paths.Count >= 50, $"{sections.Count} classes have {paths.Count} properties.");
        Assert.Empty(Describe([.. paths.Select(path => KeyValuePair.Create(path, (string?)"hush"))]));
    }

    [Fact]
    public void Nothing_of_ours_is_declared_without_what_is_below_it()
    {
        var paths = Compose([]).GetServices<DeclaredSettings>().SelectMany(declared => declared.Paths).ToList();

        Assert.All(
            paths.Where(path => path.EndsWith(":**", StringComparison.Ordinal)),
            open => Assert.Contains(paths, path => path != open && path.StartsWith(open[..^2], StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_repository_sets_causes_no_warning()
    {
        foreach (var file in (string[])["appsettings.json", "appsettings.Development.json"])
        {
            var settings = new ConfigurationBuilder().AddJsonFile(Repository.PathOf("EventTracking.Api", file)).Build();
            Assert.Empty(Describe([.. settings.AsEnumerable()]));
        }

        foreach (var chosen in (string[])["", "2"])
        {
            Assert.Empty(Describe([.. DeployedProduct.Ours.Open(("BrightpearlWarehouseId", chosen)).Settings, .. TemplateProduct.Secrets]));
        }

        Assert.Empty(Describe([.. DeployedProduct.Ours.Open(("ShopifyLocationId", ""), ("StockLocations", "24826418=2,3")).Settings]));
        Assert.Empty(Describe([new("Sandbox:Enabled", "true"), new("Sandbox:Echo", "false"), new("Sandbox:BrightpearlCallsPerMinute", "10")]));
    }

    private static List<string> Describe(KeyValuePair<string, string?>[] settings)
    {
        using var services = Compose(settings);
        return [.. UnknownSettings.Describe(services)];
    }

    private static ServiceProvider Compose(KeyValuePair<string, string?>[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddEventTracking(configuration)
            .AddIntegrations(configuration)
            .AddPrices(configuration)
            .AddApiSettings()
            .BuildServiceProvider();
    }

    /// <summary>The settings in the first column of the tables. A name without a section is in that of the row's first one.</summary>
    private static IEnumerable<string> Documented(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string? section = null;
            foreach (var name in Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value))
            {
                if (name.StartsWith(':'))
                {
                    yield return section + name;
                }
                else if (name.Contains(':', StringComparison.Ordinal))
                {
                    section = name[..name.LastIndexOf(':')];
                    yield return name;
                }
            }
        }
    }

    /// <summary>One path for each property that has a value, with those of nested objects and of the entries of lists.</summary>
    private static IEnumerable<string> SettingsOf(string section, Type options)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (path, type) = ($"{section}:{property.Name}", property.PropertyType);
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
            {
                (path, type) = ($"{path}:0", type.GenericTypeArguments[0]);
            }

            if (type.Namespace!.StartsWith(nameof(EventTracking), StringComparison.Ordinal) && type.IsClass)
            {
                foreach (var nested in SettingsOf(path, type))
                {
                    yield return nested;
                }
            }
            else if (property.CanWrite || path.EndsWith(":0", StringComparison.Ordinal))
            {
                yield return path;
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("is not known and has no effect")]
    private static partial Regex UnknownCount();
}

using System.Text.Json.Nodes;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>A template and the product that it deploys, which the tests hold to each other.</summary>
/// <param name="Text">The template.</param>
/// <param name="Functions">What the template has to know of the product's functions.</param>
/// <param name="Add">Integrations besides those of the API, and their settings that no template sets.</param>
internal sealed record DeployedProduct(string Text, IReadOnlyList<TemplateFunction> Functions, Func<IServiceCollection, IConfiguration, IServiceCollection>? Add = null)
{
    public static readonly string Path = Repository.PathOf("serverless.template");

    public static DeployedProduct Ours { get; } = new(File.ReadAllText(Path), TemplateFunction.All);

    /// <summary>Fails where the template lacks something of a function; <see cref="TemplateEntriesTests"/> then prints what.</summary>
    public Template Open(params (string Parameter, JsonNode Value)[] chosen)
    {
        var entries = Render();
        Assert.True(entries.Missing.Count == 0, $"serverless.template does not have the entries of {string.Join(", ", entries.Functions)}: {nameof(TemplateEntriesTests)} prints what to add.");
        return new Template(Text, chosen);
    }

    public ServiceProvider Compose(Template template) => TemplateProduct.Compose(template, Add);

    public TemplateEntries Render()
    {
        using var product = Compose(new Template(Text));
        return TemplateEntries.Render(Text, Functions, product.GetRequiredService<FunctionRegistry>().All, [.. product.GetServices<EventRoute>()]);
    }
}

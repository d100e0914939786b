using EventTracking.Guide;
using EventTracking.Tests.Deployment;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>A copy of the template with the entries of the guide's functions, and the product with the guide's line.</summary>
internal static class GuideTemplate
{
    private const string Variables = "\"Variables\": {\n";

    private static readonly TemplateFunction[] Functions =
    [
        new("list-price-import", "Reads a list price and releases what waits for it") { Releases = ["price-changed"], Records = ["GetItem", "PutItem"] },
        new("price-changed", "Stores the last price of a product") { Composes = ["prices"], Records = ["GetItem", "PutItem"] },
    ];

    /// <summary>With the guide's line, before anything is pasted into the template.</summary>
    public static DeployedProduct Unfinished { get; } = DeployedProduct.Ours with
    {
        Functions = [.. TemplateFunction.All, .. Functions],
        Add = (services, configuration) =>
        {
            configuration["Prices:ApiKey"] = "hush-price-service-key";
            return services.AddPrices(configuration);
        },
    };

    /// <summary>With the variable that the guide prints, and what the failing test says.</summary>
    public static DeployedProduct Finished { get; } = WithEntries();

    private static DeployedProduct WithEntries()
    {
        var text = Unfinished.Text;
        var end = text.IndexOf(Variables, StringComparison.Ordinal) + Variables.Length;
        var withVariable = Unfinished with { Text = text.Insert(end, GuideText.BlockOf("serverless.template")) };
        return withVariable with { Text = withVariable.Render().Text };
    }
}

using System.Diagnostics;
using System.Text.Json;
using EventTracking.Api.Sandbox.Graph;
using EventTracking.Testing.Files;
using EventTracking.Testing.Npm;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>
/// Shopify's own Admin schemas, which its package <c>@shopify/dev-mcp</c> contains, and the reference implementation of GraphQL. Both
/// are installed once per machine. Without Node the test is skipped, which is a failure in CI.
/// </summary>
internal static class ShopifySchemas
{
    private static readonly Lazy<Task<(NpmPackages? Packages, string? Fault)>> Installation =
        new(() => NpmPackages.InstallAsync(Sources, "shopify-schemas", TestContext.Current.CancellationToken));

    private static string Sources => Repository.PathOf("EventTracking.Tests", "Stock", "Connectors", "Shopify", "Schemas");

    /// <summary>Returns what is wrong with the documents, and what in these types and directives differs from the schema.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(
        string version, IEnumerable<string> documents, IEnumerable<GraphTypeDefinition> types, IEnumerable<GraphFieldDefinition> directives)
    {
        var (packages, fault) = await Installation.Value;
        Assert.False(packages is null && Environment.GetEnvironmentVariable("CI") == "true", fault ?? "");
        Assert.SkipUnless(packages is not null, fault ?? "");
        var request = JsonSerializer.Serialize(new
        {
            version,
            documents,
            types = types.Select(type => new { name = type.Name, fields = type.Fields.Values.Select(Describe) }),
            directives = directives.Select(Describe),
        });
        var program = Path.Combine(packages!.CopyPrograms(Sources), "validate.mjs");
        var start = new ProcessStartInfo(packages.Node, [program, Path.Combine(packages.Folder, "node_modules", "@shopify", "dev-mcp", "dist", "data")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(request);
        node.StandardInput.Close();
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<string[]>(output)!;
    }

    private static object Describe(GraphFieldDefinition field) => new { name = field.Name, type = field.Type.Text, arguments = field.Arguments.Values.Select(Describe) };
}

namespace EventTracking.Tests.Deployment;

/// <summary>The template has the same entries for every function of the product; if entries are missing, the test prints what to add.</summary>
public class TemplateEntriesTests
{
    private protected static bool Rewrite => Environment.GetEnvironmentVariable("UPDATE_TEMPLATE") == "1";

    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    [Fact]
    public void Each_function_has_its_entries()
    {
        var entries = Product.Render();
        if (Rewrite && Product == DeployedProduct.Ours)
        {
            File.WriteAllText(DeployedProduct.Path, entries.Text);
            return;
        }

        Assert.True(entries.Missing.Count == 0, $"serverless.template does not have the entries of {string.Join(", ", entries.Functions)}. {How(entries)}");
    }

    [Fact]
    public void Resources_are_written_in_one_style()
    {
        if (!Rewrite)
        {
            Assert.Equal(Product.Render().Text, Product.Text);
        }
    }

    private static string How(TemplateEntries entries) =>
        $"Paste what follows, or run the tests of {nameof(TemplateEntriesTests)} with UPDATE_TEMPLATE=1, which writes it.\n\n{string.Join("\n\n", entries.Missing)}\n";
}

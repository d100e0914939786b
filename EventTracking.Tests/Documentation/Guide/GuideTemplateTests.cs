using EventTracking.Guide;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Deployment;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>The template with the guide's entries passes all that ours passes.</summary>
public sealed class GuideTemplateEntriesTests : TemplateEntriesTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;

    [Fact]
    public void Without_the_entries_the_failing_test_says_what_to_paste_where()
    {
        var missing = GuideTemplate.Unfinished.Render();

        Assert.Equal(["list-price-import", "price-changed"], missing.Functions);
        var failure = Assert.ThrowsAny<Exception>(() => GuideTemplate.Unfinished.Open());
        Assert.StartsWith("serverless.template does not have the entries of list-price-import, price-changed", failure.Message, StringComparison.Ordinal);

        // As a reader of the guide would paste them: each is in the finished template as it was printed.
        var finished = GuideTemplate.Finished.Text;
        Assert.All(missing.Missing, entry => Assert.Contains(entry[(entry.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd(','), finished, StringComparison.Ordinal));
        Assert.Contains(missing.Missing, entry => entry.StartsWith("In Resources, after ProductImportQueue", StringComparison.Ordinal) || entry.StartsWith("In Resources, after PriceChanged", StringComparison.Ordinal));
    }

    [Fact]
    public void The_guide_has_the_entries_as_they_are_printed()
    {
        var file = Repository.PathOf("docs", "adding-a-function.entries.txt");
        var printed = string.Join("\n\n", GuideTemplate.Unfinished.Render().Missing) + "\n";
        if (Rewrite)
        {
            File.WriteAllText(file, printed);
        }

        Assert.Equal(printed, File.ReadAllText(file));
    }

    [Fact]
    public void A_function_without_a_description_is_named()
    {
        var missing = (GuideTemplate.Unfinished with { Functions = TemplateFunction.All }).Render();

        Assert.Equal(["list-price-import", "price-changed"], missing.Functions);
        Assert.StartsWith("In EventTracking.Tests/Deployment/TemplateFunction.cs, in All", missing.Missing[0], StringComparison.Ordinal);
    }
}

public sealed class GuideTemplateFunctionTests : TemplateFunctionTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;
}

public sealed class GuideTemplateRightsTests : TemplateRightsTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;
}

public sealed class GuideTemplateStoreTests : TemplateStoreTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;
}

public sealed class GuideTemplateAlarmTests : TemplateAlarmTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;
}

public sealed class GuideTemplateSettingsTests : TemplateSettingsTests
{
    private protected override DeployedProduct Product => GuideTemplate.Finished;

    private protected override Dictionary<string, Type> Sections => new(base.Sections) { [PriceOptions.Section] = typeof(PriceOptions) };
}

using System.Reflection;
using System.Runtime.CompilerServices;
using EventTracking.Core.Functions;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>The guide prints the files of its project, and each of them.</summary>
public sealed class GuideTextTests
{
    private const string Project = "EventTracking.Guide";

    [Fact]
    public void Every_file_of_the_project_is_printed_as_it_is()
    {
        var files = Directory.GetFiles(Repository.PathOf(Project)).Select(file => Path.GetRelativePath(Repository.PathOf(), file)).Where(file => Path.GetExtension(file) is ".cs" or ".csproj").Order(StringComparer.Ordinal);

        Assert.Equal(files, GuideText.Blocks.Select(block => block.File).Where(file => file.StartsWith(Project, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Repository.PathOf(file)), GuideText.BlockOf(file)));
    }

    [Fact]
    public void The_project_sees_only_what_is_public() => Assert.DoesNotContain(
        typeof(TrackedFunction).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>(),
        friend => friend.AssemblyName.StartsWith(Project, StringComparison.Ordinal));

    [Fact]
    public void The_line_of_the_composition_goes_where_the_guide_says()
    {
        const string Added = "        services.AddPrices(configuration);\n";
        const string File = "EventTracking.Api/Integrations/IntegrationExtensions.cs";
        var printed = GuideText.BlockOf(File);

        Assert.Contains(Added, printed, StringComparison.Ordinal);
        Assert.Contains(printed.Replace(Added, "", StringComparison.Ordinal), System.IO.File.ReadAllText(Repository.PathOf(File)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_rights_of_the_functions_are_those_that_the_template_is_checked_with() => Assert.Contains(
        GuideText.BlockOf("EventTracking.Tests/Deployment/TemplateFunction.cs"),
        File.ReadAllText(Repository.PathOf("EventTracking.Tests", "Documentation", "Guide", "GuideTemplate.cs")),
        StringComparison.Ordinal);
}

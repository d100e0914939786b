using System.IO.Compression;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Before;

namespace EventTracking.Tests.Backends.Embedded;

/// <summary>
/// The current version responds to a data folder of an earlier version (see <c>Before/README.md</c>) as that version did,
/// and continues its work.
/// </summary>
public sealed class BeforeTests : IDisposable
{
    private static readonly string Fixture = Repository.PathOf("EventTracking.Tests", "Backends", "Embedded", "Before");

    private readonly TemporaryFolder folder = new();
    private readonly RecordedResponses answers = RecordedResponses.Read(Path.Combine(Fixture, "Responses.approved.json"));

    [Fact]
    public async Task A_folder_from_before_answers_the_same()
    {
        await using var service = await StartAsync();

        await answers.AssertSameAsync(service.Api.Viewer);
    }

    [Fact]
    public async Task A_folder_from_before_runs_to_its_end()
    {
        await using var service = await StartAsync();

        await WorkFromBefore.AssertEndsAsync(service, answers);
    }

    public void Dispose() => folder.Dispose();

    private async Task<BeforeService> StartAsync()
    {
        await ZipFile.ExtractToDirectoryAsync(Path.Combine(Fixture, "data.zip"), folder.Path, TestContext.Current.CancellationToken);
        return await BeforeService.StartAsync(answers.Now, new() { ["EventTracking:DataPath"] = folder.Path });
    }
}

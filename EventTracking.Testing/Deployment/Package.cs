using System.Diagnostics;
using System.IO.Compression;
using EventTracking.Testing.Files;

namespace EventTracking.Testing.Deployment;

/// <summary>
/// What functions in Lambda run: the zip that <c>EVENTTRACKING_TEST_PACKAGE</c> names, unpacked as Lambda unpacks it; or,
/// where it names none, the build that the tests belong to, which is the same program before it became native.
/// </summary>
internal sealed class Package : IDisposable
{
    private const string Variable = "EVENTTRACKING_TEST_PACKAGE";

    private readonly TemporaryFolder folder = new();
    private readonly bool isZip;

    /// <param name="zip">Null for the build.</param>
    public Package(string? zip)
    {
        isZip = zip is not null;

        // A report of the tests has it from here.
        Announcement = $"Package under test: {(isZip ? "the zip" : "the build")}";
        if (zip is not null)
        {
            ZipFile.ExtractToDirectory(zip, folder.Path);
        }
    }

    public string Announcement { get; }

    public static Package Open() => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } zip ? zip : null);

    /// <summary>How it is started: with nothing of the environment of the tests.</summary>
    public ProcessStartInfo Compose()
    {
        var start = isZip
            ? new ProcessStartInfo(Path.Combine(folder.Path, "bootstrap")) { WorkingDirectory = folder.Path }
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll")]) { WorkingDirectory = Repository.PathOf("EventTracking.Api") };
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        return start;
    }

    public void Dispose() => folder.Dispose();
}

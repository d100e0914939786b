using System.Diagnostics;
using System.IO.Compression;
using EventTracking.Testing.Files;

namespace EventTracking.Testing.Deployment;

/// <summary>
/// What functions in Lambda run: the zip in <c>EVENTTRACKING_TEST_PACKAGE</c>, unpacked as Lambda unpacks it. Without that
/// variable it is the build that the tests belong to: the same program, not compiled to native code.
/// </summary>
internal sealed class Package : IDisposable
{
    private const string Variable = "EVENTTRACKING_TEST_PACKAGE";

    private readonly TemporaryFolder folder = new();
    private readonly bool isZip;
    private readonly string program;

    /// <param name="zip">The zip, or null for the build.</param>
    /// <param name="program">Another build, such as that of an earlier version; null for the one that the tests belong to.</param>
    public Package(string? zip, string? program = null)
    {
        isZip = zip is not null;
        this.program = program ?? Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll");

        // The test report shows this line.
        Announcement = $"Package under test: {(isZip ? "the zip" : "the build")}";
        if (zip is not null)
        {
            ZipFile.ExtractToDirectory(zip, folder.Path);
        }
    }

    public string Announcement { get; }

    public static Package Open() => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } zip ? zip : null);

    /// <summary>How to start it, without the environment variables of the tests.</summary>
    public ProcessStartInfo Compose()
    {
        var start = isZip
            ? new ProcessStartInfo(Path.Combine(folder.Path, "bootstrap")) { WorkingDirectory = folder.Path }
            : new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = Repository.PathOf("EventTracking.Api") };
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        return start;
    }

    public void Dispose() => folder.Dispose();
}

namespace EventTracking.Testing.Files;

/// <summary>A folder of the test's own, gone with all that is in it when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("eventtracking-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace EventTracking.Testing.Files;

/// <summary>A folder for one test, deleted with its contents when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("eventtracking-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

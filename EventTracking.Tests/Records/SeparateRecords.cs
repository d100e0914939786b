using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Records;

/// <summary>The embedded record store without the engine, in a folder that is opened when the first record is needed. Its clock is the system's, so a test's own clock sees no timers of it.</summary>
internal sealed class SeparateRecords : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"event-tracking-{Guid.NewGuid():N}");

    public void AddTo(IServiceCollection services) => services
        .AddSingleton(_ => EmbeddedStore.Open(folder, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance))
        .AddSingleton<IRecordStore, EmbeddedRecordStore>();

    /// <summary>Deletes the folder; dispose the container before.</summary>
    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using System.Diagnostics;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api;

/// <summary>Breaks the database of a running service.</summary>
internal static class StoreFaults
{
    /// <summary>Settings of a service whose database has no room for more than its first few events.</summary>
    public static Dictionary<string, string?> LittleRoom => new() { ["EventTracking:Embedded:MaxDatabaseBytes"] = "1" };

    extension(ApiFixture api)
    {
        private string DatabaseFile => Path.Combine(api.DataPath, "events.db");

        /// <summary>Reads fail as they do when the disk is gone: the database can no longer be opened.</summary>
        public async Task LoseDatabaseAsync()
        {
            await api.Services.GetRequiredService<EmbeddedStore>().DisposeAsync();
            foreach (var file in Directory.GetFiles(api.DataPath, "events.db*"))
            {
                File.Delete(file);
            }
        }

        /// <summary>Reads never end, as on a network disk that is gone. Dispose the result to let them end.</summary>
        public async Task<IDisposable> HangDatabaseAsync()
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Named pipes are no files there.");
            await api.LoseDatabaseAsync();
            // Whoever opens a pipe for reading waits until somebody opens it for writing.
            using var made = Process.Start("mkfifo", [api.DatabaseFile]);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new HungDatabase(api.DatabaseFile);
        }

        /// <summary>Reads fail as nobody expects them to.</summary>
        public void DropEvents()
        {
            _ = api.Services.GetRequiredService<EmbeddedStore>();
            using var database = Database.Open(api.DatabaseFile, readOnly: false);
            database.Run("DROP TABLE events");
        }
    }

    private sealed class HungDatabase(string pipe) : IDisposable
    {
        // For both, since opening it to write alone waits for a reader, and there is none where the time ran out first.
        public void Dispose() => File.OpenHandle(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
    }
}

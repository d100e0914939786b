using System.Diagnostics;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api;

/// <summary>Breaks the database of a running service.</summary>
internal static class StoreFaults
{
    /// <summary>Settings of a service whose database has room for only its first few events.</summary>
    public static Dictionary<string, string?> LittleRoom => new() { ["EventTracking:Embedded:MaxDatabaseBytes"] = "1" };

    extension(ApiFixture api)
    {
        private string DatabaseFile => Path.Combine(api.DataPath, "events.db");

        /// <summary>Makes reads fail as if the disk were gone: the database can no longer be opened.</summary>
        public async Task LoseDatabaseAsync()
        {
            await api.Services.GetRequiredService<EmbeddedStore>().DisposeAsync();
            foreach (var file in Directory.GetFiles(api.DataPath, "events.db*"))
            {
                File.Delete(file);
            }
        }

        /// <summary>Makes reads hang as if a network disk were gone, until the result is disposed.</summary>
        public async Task<IDisposable> HangDatabaseAsync()
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, named pipes are not files.");
            await api.LoseDatabaseAsync();
            // Opening a pipe for reading waits until somebody opens it for writing.
            using var made = Process.Start("mkfifo", [api.DatabaseFile]);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new HungDatabase(api.DatabaseFile);
        }

        /// <summary>Makes reads fail with an unexpected error.</summary>
        public void DropEvents()
        {
            _ = api.Services.GetRequiredService<EmbeddedStore>();
            using var database = Database.Open(api.DatabaseFile, readOnly: false);
            database.Run("DROP TABLE events");
        }
    }

    private sealed class HungDatabase(string pipe) : IDisposable
    {
        // Open the pipe for both: opening it only for writing waits for a reader, and there may be none if the reader has timed out.
        public void Dispose() => File.OpenHandle(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
    }
}

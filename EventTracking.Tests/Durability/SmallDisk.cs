using System.Diagnostics;
using System.Globalization;

namespace EventTracking.Tests.Durability;

/// <summary>A disk for the data of one service that a test can fill and free while the service runs.</summary>
internal abstract class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("disk-");

    public virtual string DataPath => Path.Combine(folder.FullName, "data");

    /// <summary>The program that starts the service, with its arguments; usually none.</summary>
    public virtual string[] Wrapper => [];

    protected string Root => folder.FullName;

    /// <summary>From now on, writes that need more space fail.</summary>
    public abstract Task FillAsync(int processId);

    public abstract Task MakeRoomAsync(int processId);

    public virtual ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a system program and returns its error output, which is empty if it succeeded.</summary>
    protected static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}: {error}";
    }
}

/// <summary>An in-memory file system of a few megabytes, on which writes fail with ENOSPC. It requires the right to mount.</summary>
internal sealed class MountedDisk : SmallDisk
{
    private const int Megabytes = 32;

    private MountedDisk()
    {
    }

    private string Ballast => Path.Combine(Root, "ballast");

    /// <summary>Skips the test if this user may not mount.</summary>
    public static async Task<MountedDisk> RequireAsync()
    {
        var disk = new MountedDisk();
        var fault = OperatingSystem.IsLinux()
            ? await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", disk.Root)
            : "This system has no tmpfs.";
        if (fault.Length > 0)
        {
            Directory.Delete(disk.Root);
            Assert.Skip(fault);
        }

        return disk;
    }

    public override async Task FillAsync(int processId)
    {
        await using var ballast = File.Create(Ballast);
        var block = new byte[4096];
        try
        {
            while (ballast.Length < Megabytes * 1024L * 1024L)
            {
                await ballast.WriteAsync(block);
                await ballast.FlushAsync();
            }
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    public override Task MakeRoomAsync(int processId)
    {
        File.Delete(Ballast);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        var fault = await RunAsync("umount", Root);
        Assert.True(fault.Length == 0, fault);
        await base.DisposeAsync();
    }
}

/// <summary>The operating system limits the size of the process's files, so writes fail with EFBIG. It requires no rights.</summary>
internal sealed class LimitedDisk : SmallDisk
{
    private const int Bytes = 64 * 1024;

    /// <summary>Ignores the signal that would otherwise end a process that writes beyond the limit.</summary>
    public override string[] Wrapper => ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

    public static LimitedDisk Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's.");
        return new LimitedDisk();
    }

    public override Task FillAsync(int processId) => LimitAsync(processId, Bytes.ToString(CultureInfo.InvariantCulture));

    public override Task MakeRoomAsync(int processId) => LimitAsync(processId, "unlimited");

    // Set only the soft limit, because only root may raise the hard limit again.
    private static async Task LimitAsync(int processId, string bytes)
    {
        var fault = await RunAsync("prlimit", "--pid", processId.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:");
        Assert.True(fault.Length == 0, fault);
    }
}

using EventTracking.Testing.Files;
using EventTracking.Testing.Npm;

namespace EventTracking.Testing.Aws.Emulators;

/// <summary>The emulators with their packages.</summary>
internal sealed record EmulatorInstallation(string Node, string Program)
{
    private static string Sources => Repository.PathOf("EventTracking.Testing", "Aws", "Emulators");

    public static async Task<(EmulatorInstallation? Installation, string? Fault)> InstallAsync(CancellationToken cancellationToken)
    {
        var (packages, fault) = await NpmPackages.InstallAsync(Sources, "emulators", cancellationToken);
        return packages is null ? (null, fault) : (new(packages.Node, Path.Combine(packages.CopyPrograms(Sources), "start.mjs")), null);
    }
}

using System.Security.Cryptography;

namespace EventTracking.Core.Functions;

/// <summary>
/// Names the code that runs a function. Builds of the same source are byte-identical and have no time of their own, so a build is named
/// after the identities that the compiler gave to its assemblies: those of the engine and of the function.
/// </summary>
internal static class BuildId
{
    private const int Length = 8;

    public static string Of(TrackedFunction function)
    {
        byte[] identities = [.. typeof(BuildId).Module.ModuleVersionId.ToByteArray(), .. function.GetType().Module.ModuleVersionId.ToByteArray()];
        return Convert.ToHexStringLower(SHA256.HashData(identities))[..Length];
    }
}

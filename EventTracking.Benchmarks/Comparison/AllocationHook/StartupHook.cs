/// <summary>
/// Runs in any program that <c>DOTNET_STARTUP_HOOKS</c> names it to, also one of an older version, and writes at its end how many
/// bytes it has allocated. The runtime looks for this class by name, in no namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("EVENTTRACKING_ALLOCATIONS") is { Length: > 0 } file)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllText(file, $"{GC.GetTotalAllocatedBytes(precise: true)}\n");
        }
    }
}

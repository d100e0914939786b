using EventTracking.Core.Configuration;

namespace EventTracking.Stock.Connectors;

/// <summary>The allowed ranges of the time-outs that every connector has.</summary>
internal static class ConnectorTimeouts
{
    private static readonly TimeSpan MinCall = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxCall = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MinTry = TimeSpan.FromMilliseconds(50);

    public static void RequireTimeouts(this SettingsValidation settings, TimeSpan callTimeout, TimeSpan tryTimeout)
    {
        settings.RequireRange("CallTimeout", callTimeout, MinCall, MaxCall);
        settings.RequireRange("TryTimeout", tryTimeout, MinTry, callTimeout >= MinCall && callTimeout <= MaxCall ? callTimeout : MaxCall, "It must not be longer than CallTimeout.");
    }
}

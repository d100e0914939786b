namespace EventTracking.Api.Sandbox;

/// <summary>Habits of the sandbox that may be switched while it runs.</summary>
internal sealed class SandboxSettings
{
    private volatile bool echo = true;

    /// <summary>Whether Shopify sends a webhook for changes that came through its API, as the real one does.</summary>
    public bool Echo
    {
        get => echo;
        set => echo = value;
    }
}

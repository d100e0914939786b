namespace EventTracking.Api.Sandbox;

/// <summary>Settings of the sandbox that can be changed while it runs.</summary>
internal sealed class SandboxSettings
{
    private volatile bool echo = true;

    /// <summary>Whether Shopify sends a webhook for changes made through its API, as the real one does.</summary>
    public bool Echo
    {
        get => echo;
        set => echo = value;
    }
}

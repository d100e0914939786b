namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Settings of an OAuth instance app, bound to the configuration section <c>Brightpearl:OAuth</c>: https://help.brightpearl.com/hc/en-us/articles/360032240811</summary>
internal sealed class BrightpearlOAuthOptions
{
    /// <summary>The refresh token from the authorization of the app; null for a private app with a staff token. It is a secret.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>The client secret, if the app has confidential OAuth; null otherwise. It is a secret.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The reference of the developer account.</summary>
    public string? DeveloperRef { get; set; }

    /// <summary>The address below which the token endpoint of each account is.</summary>
    public Uri? BaseAddress { get; set; } = new("https://oauth.brightpearlapp.com/");

    public bool IsUsed => !string.IsNullOrEmpty(RefreshToken);
}

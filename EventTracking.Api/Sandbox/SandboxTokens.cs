using System.Security.Cryptography;

namespace EventTracking.Api.Sandbox;

/// <summary>The access tokens that one side of the sandbox has issued, and its current refresh token.</summary>
internal abstract class SandboxTokens(TimeProvider time)
{
    private const int TokenBytes = 24;
    private const int Kept = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> ends = [];
    private string? refresh;

    /// <summary>How many access tokens were issued.</summary>
    public int Issued { get; private set; }

    /// <summary>How long an access token is valid.</summary>
    public abstract TimeSpan Lifetime { get; }

    public string Issue()
    {
        var token = Random();
        lock (gate)
        {
            Issued++;
            foreach (var over in ends.Where(entry => entry.Value <= time.GetUtcNow()).Select(entry => entry.Key).Take(Kept).ToList())
            {
                ends.Remove(over);
            }

            ends[token] = time.GetUtcNow() + Lifetime;
        }

        return token;
    }

    public bool IsValid(string? token)
    {
        lock (gate)
        {
            return token is not null && ends.TryGetValue(token, out var end) && time.GetUtcNow() < end;
        }
    }

    /// <summary>Returns the next refresh token for the current one, which ends; null if the given one is not the current one.</summary>
    /// <param name="given">The refresh token of the call.</param>
    /// <param name="first">The one from the authorization of the app, which is current until it has been used.</param>
    public string? Rotate(string? given, string? first)
    {
        lock (gate)
        {
            return given is not null && given == (refresh ?? first) ? refresh = Random() : null;
        }
    }

    /// <summary>Ends all access tokens.</summary>
    public void Expire()
    {
        lock (gate)
        {
            ends.Clear();
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            ends.Clear();
            (refresh, Issued) = (null, 0);
        }
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
}

/// <summary>Those of Shopify, which live 24 hours.</summary>
internal sealed class ShopifySandboxTokens(TimeProvider time) : SandboxTokens(time)
{
    public override TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);
}

/// <summary>Those of Brightpearl.</summary>
internal sealed class BrightpearlSandboxTokens(TimeProvider time) : SandboxTokens(time)
{
    public override TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);
}

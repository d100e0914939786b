using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Core.Secrets;

/// <summary>
/// Replaces known secrets in text that is about to be stored or logged, because exception messages come from
/// other people's code and may quote a URL or a header. Integrations register their secrets with
/// <see cref="EventTrackingExtensions.AddSecrets"/>.
/// </summary>
public sealed class SecretRedactor
{
    private const string Mask = "***";
    private const int MinSecretLength = 6;

    private readonly Lock gate = new();
    private volatile string[] secrets;

    /// <summary>Creates a redactor that masks these secrets. Texts of less than six characters are left alone, since they would mask ordinary words.</summary>
    public SecretRedactor(IEnumerable<string> known) => secrets = Order(known);

    internal SecretRedactor(IServiceProvider services)
        : this([])
    {
        foreach (var source in services.GetServices<SecretSource>())
        {
            source.Connect(services, Learn);
        }
    }

    /// <summary>Replaces each known secret in the text. Redact a text before you cut it, because half a secret is not recognized.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Adds secrets to mask. The old ones stay, because a secret that was rotated out may still appear in texts on their way to a store or log.</summary>
    public void Learn(IEnumerable<string> more)
    {
        lock (gate)
        {
            secrets = Order([.. secrets, .. more]);
        }
    }

    // The longest first, because one secret may be part of another.
    private static string[] Order(IEnumerable<string> secrets) =>
        [.. secrets.Where(secret => secret.Length >= MinSecretLength).Distinct().OrderByDescending(secret => secret.Length)];
}

/// <summary>A source of secrets, which passes them on when it is connected and whenever they change.</summary>
internal sealed record SecretSource(Action<IServiceProvider, Action<IEnumerable<string>>> Connect);

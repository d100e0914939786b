using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Core.Secrets;

/// <summary>
/// Replaces known secrets in text that is about to be stored or logged, since exception messages are
/// written by other people's code and may quote a URL or a header. Integrations make their secrets known by
/// <see cref="EventTrackingExtensions.AddSecrets"/>.
/// </summary>
public sealed class SecretRedactor
{
    private const string Mask = "***";
    private const int MinSecretLength = 6;

    private volatile string[] secrets;

    /// <summary>Masks these; what has less than six characters would mask ordinary text and is left alone.</summary>
    public SecretRedactor(IEnumerable<string> known) => secrets = Order(known);

    internal SecretRedactor(IServiceProvider services)
        : this([])
    {
        foreach (var source in services.GetServices<SecretSource>())
        {
            source.Connect(services, Learn);
        }
    }

    /// <summary>Replaces each known secret in the text. Redact before cutting a text: half a secret is not recognised.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Masks these too; a secret that was rotated out may still be in texts that are under way.</summary>
    internal void Learn(IEnumerable<string> more) => secrets = Order([.. secrets, .. more]);

    // The longest first: one may be part of another.
    private static string[] Order(IEnumerable<string> secrets) =>
        [.. secrets.Where(secret => secret.Length >= MinSecretLength).Distinct().OrderByDescending(secret => secret.Length)];
}

/// <summary>Where secrets come from: passes them on now, and whenever they change.</summary>
internal sealed record SecretSource(Action<IServiceProvider, Action<IEnumerable<string>>> Connect);

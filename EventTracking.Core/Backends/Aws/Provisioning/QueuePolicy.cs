using System.Text.Json;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Who may use a queue is up to the identities' own policies; the queue's only refuses what does not come over TLS.</summary>
internal static class QueuePolicy
{
    private const string SecureTransport = "aws:SecureTransport";

    /// <summary>The policy, in which "*" is the queue that has it.</summary>
    public const string OnlyOverTls =
        """{"Version":"2012-10-17","Statement":[{"Sid":"OnlyOverTls","Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}""";

    /// <summary>Whether a policy, which may be the owner's, has a statement that denies what does not come over TLS.</summary>
    public static bool DeniesWithoutTls(string policy)
    {
        try
        {
            using var document = JsonDocument.Parse(policy);
            return Each(document.RootElement.GetProperty("Statement")).Any(statement =>
                statement.GetProperty("Effect").ValueEquals("Deny")
                && statement.TryGetProperty("Condition", out var condition)
                && condition.TryGetProperty("Bool", out var flags)
                && flags.TryGetProperty(SecureTransport, out var secure)
                && Each(secure).Any(value => string.Equals(value.ToString(), "false", StringComparison.OrdinalIgnoreCase)));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A policy of another form is shown as one that differs.
            return false;
        }
    }

    // Wherever a policy has a list, it may have its only element.
    private static JsonElement[] Each(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
}

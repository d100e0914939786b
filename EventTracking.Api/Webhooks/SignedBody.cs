namespace EventTracking.Api.Webhooks;

/// <summary>The result of reading a body that must be signed.</summary>
internal abstract record SignedBody
{
    /// <summary>The body, whose signature is valid.</summary>
    internal sealed record Authentic(byte[] Bytes) : SignedBody;

    /// <summary>The request has no valid signature.</summary>
    internal sealed record Forged : SignedBody;

    /// <summary>The body is larger than <see cref="RequestBody.Limit"/>.</summary>
    internal sealed record TooLarge : SignedBody;

    /// <summary>Too many large bodies arrive at once.</summary>
    internal sealed record Crowded : SignedBody;
}

using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>Signs a request anew after its body was changed: an endpoint that checks signatures, unlike an emulator, refuses it otherwise.</summary>
internal static class RequestSigner
{
    private const string Scheme = "AWS4-HMAC-SHA256 ";
    private const string Authorization = "Authorization";
    private const string BodyHash = "X-Amz-Content-SHA256";
    private const string SigningTime = "X-Amz-Date";

    /// <summary>Uses the scope and the time with which the SDK signed the request.</summary>
    public static void Sign(HttpRequestMessage request, byte[] body, ImmutableCredentials credentials)
    {
        var parts = Header(request, Authorization)[Scheme.Length..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        if (request.Headers.Remove(BodyHash))
        {
            request.Headers.TryAddWithoutValidation(BodyHash, hash);
        }

        var (signed, scope) = (parts["SignedHeaders"], parts["Credential"].Split('/'));
        var canonical = string.Join('\n', [request.Method.Method, request.RequestUri!.AbsolutePath, "", .. signed.Split(';').Select(name => $"{name}:{Header(request, name).Trim()}"), "", signed, hash]);
        var signedAt = DateTime.ParseExact(Header(request, SigningTime), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var result = AWS4Signer.ComputeSignature(credentials, scope[2], signedAt, scope[3], signed, canonical);
        request.Headers.Remove(Authorization);
        request.Headers.TryAddWithoutValidation(Authorization, result.ForAuthorizationHeader);
    }

    private static string Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) || request.Content!.Headers.TryGetValues(name, out values) ? string.Join(',', values)
        : name == "host" ? request.RequestUri!.Authority
        : throw new InvalidOperationException($"The request has no header {name}.");
}

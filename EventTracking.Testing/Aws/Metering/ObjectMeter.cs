using System.Globalization;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>Bills S3: each request counts as one, whatever its size and its result.</summary>
internal static class ObjectMeter
{
    // A body that is signed in chunks is longer than the stored object.
    private const string DecodedLength = "X-Amz-Decoded-Content-Length";

    public static Charge Bill(HttpRequestMessage request, HttpResponseMessage answer)
    {
        var bucket = request.RequestUri!.AbsolutePath.Split('/')[1];
        return request.Method.Method switch
        {
            "PUT" => new Charge(Meter.PutRequests, bucket, "PUT", 1, Bytes: answer.IsSuccessStatusCode ? LengthOf(request) : 0),
            // Deletions are free. A list costs as much as a PUT, and so does each step of an upload in parts.
            "GET" when IsList(request) => new Charge(Meter.PutRequests, bucket, "LIST", 1),
            "POST" when request.RequestUri.Query.Contains("delete", StringComparison.Ordinal) => new Charge(Meter.PutRequests, bucket, "DELETE", 0),
            "DELETE" => new Charge(Meter.PutRequests, bucket, "DELETE", 0),
            "POST" => new Charge(Meter.PutRequests, bucket, "POST", 1),
            "HEAD" => new Charge(Meter.GetRequests, bucket, "HEAD", 1),
            "GET" => new Charge(Meter.GetRequests, bucket, "GET", 1, Bytes: answer.Content.Headers.ContentLength ?? 0),
            var method => throw new NotSupportedException($"The price of {method} is not known."),
        };
    }

    private static bool IsList(HttpRequestMessage request) => request.RequestUri!.Query.Contains("list-type", StringComparison.Ordinal);

    private static long LengthOf(HttpRequestMessage request) =>
        request.Headers.TryGetValues(DecodedLength, out var decoded) || request.Content!.Headers.TryGetValues(DecodedLength, out decoded)
            ? long.Parse(decoded.Single(), CultureInfo.InvariantCulture)
            : request.Content.Headers.ContentLength ?? 0;
}

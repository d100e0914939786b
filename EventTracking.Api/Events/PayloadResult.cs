using System.Reflection;
using System.Text;
using EventTracking.Core.Payloads;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Events;

/// <summary>
/// The raw bytes that a third party sent. A browser must neither guess their type nor run them in this origin, so they are a
/// sandboxed download without sniffing.
/// </summary>
internal sealed class PayloadResult(PayloadRecord payload) : IResult, IEndpointMetadataProvider
{
    private const string Binary = "application/octet-stream";

    private static readonly string[] ContentTypes = ["application/json", Binary];

    public Task ExecuteAsync(HttpContext httpContext)
    {
        // The sender wrote it, so it may not be a content type at all, or not fit in a header.
        var type = Ascii.IsValid(payload.ContentType) && MediaTypeHeaderValue.TryParse(payload.ContentType, out var parsed) ? parsed : new MediaTypeHeaderValue(Binary);
        var headers = httpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return TypedResults.Bytes(payload.Body, type.ToString(), $"{payload.EventId}{Extension(type)}").ExecuteAsync(httpContext);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), ContentTypes));

    private static string Extension(MediaTypeHeaderValue type) =>
        type.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase) ? ".json"
        : type.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? ".txt"
        : ".bin";
}

using System.Reflection;
using System.Text.Json;
using EventTracking.Core.Intake;
using Microsoft.AspNetCore.Http.Metadata;

namespace EventTracking.Api.Webhooks;

/// <summary>
/// 202 for a new event, 200 for a known one. The framework's results look up a logger and write the body in chunks. This is the
/// most frequent response of the service, so it is written in one piece with its length.
/// </summary>
internal sealed class WebhookResult(IntakeResult accepted) : IResult, IEndpointMetadataProvider
{
    private static readonly string[] Json = ["application/json"];

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var id = accepted.Id.ToString();
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookResponse(id, accepted.Duplicate), WebhookJsonContext.Default.WebhookResponse);
        var response = httpContext.Response;
        response.StatusCode = accepted.Duplicate ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        response.Headers.Location = $"{httpContext.Request.PathBase}/events/{id}";
        response.Headers.ContentType = Json[0];
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted, typeof(WebhookResponse), Json));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(WebhookResponse), Json));
    }
}

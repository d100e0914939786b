using System.Net;
using System.Text;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Responses in the format of the services.</summary>
internal static class AwsResponse
{
    /// <summary>An error response of SQS or DynamoDB.</summary>
    public static HttpResponseMessage Refuse(string code, string message = "no") =>
        new(HttpStatusCode.BadRequest) { Content = new StringContent($$"""{"__type":"com.amazonaws#{{code}}","message":"{{message}}"}""", Encoding.UTF8, "application/x-amz-json-1.0") };

    /// <summary>A response of SQS or DynamoDB, and what happens along with it.</summary>
    public static HttpResponseMessage Succeed(string json, Action effect)
    {
        effect();
        return new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.0") };
    }

    /// <summary>An error response of S3.</summary>
    public static HttpResponseMessage RefuseObject(HttpStatusCode status, string code) =>
        new(status) { Content = new StringContent($"<Error><Code>{code}</Code><Message>no</Message></Error>", Encoding.UTF8, "application/xml") };
}

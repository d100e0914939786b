using System.Net;
using System.Text;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Responses in the format of the services.</summary>
internal static class AwsResponse
{
    /// <summary>An error response of SQS or DynamoDB.</summary>
    public static HttpResponseMessage Refuse(string code, string message = "no") =>
        new(HttpStatusCode.BadRequest) { Content = new StringContent($$"""{"__type":"com.amazonaws#{{code}}","message":"{{message}}"}""", Encoding.UTF8, "application/x-amz-json-1.0") };

    /// <summary>An error response of S3.</summary>
    public static HttpResponseMessage RefuseObject(HttpStatusCode status, string code) =>
        new(status) { Content = new StringContent($"<Error><Code>{code}</Code><Message>no</Message></Error>", Encoding.UTF8, "application/xml") };
}

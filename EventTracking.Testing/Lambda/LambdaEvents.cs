using System.Text.Json.Nodes;

namespace EventTracking.Testing.Lambda;

/// <summary>Events in the format that Lambda receives.</summary>
internal static class LambdaEvents
{
    public const string Gateway = "abc123.execute-api.eu-west-1.amazonaws.com";
    public const string FunctionUrl = "abc123.lambda-url.eu-west-1.on.aws";

    public static JsonObject Request(string method, string path, string query = "", string domain = Gateway, string stage = "$default") => new()
    {
        ["version"] = "2.0",
        ["routeKey"] = "$default",
        ["rawPath"] = path,
        ["rawQueryString"] = query,
        ["headers"] = new JsonObject { ["host"] = domain, ["x-forwarded-port"] = "443", ["x-forwarded-proto"] = "https" },
        ["requestContext"] = new JsonObject
        {
            ["accountId"] = "123456789012",
            ["authorizer"] = null,
            ["domainName"] = domain,
            ["http"] = new JsonObject { ["method"] = method, ["path"] = path, ["protocol"] = "HTTP/1.1", ["sourceIp"] = "192.0.2.1", ["userAgent"] = null },
            ["requestId"] = "JKJaXmPLvHcESHA=",
            ["stage"] = stage,
            ["timeEpoch"] = 1583348638390,
        },
        ["pathParameters"] = null,
        ["isBase64Encoded"] = false,
    };

    public static JsonObject With(this JsonObject request, string header, string value)
    {
        request["headers"]![header] = value;
        return request;
    }

    public static JsonObject WithBody(this JsonObject request, byte[] body, string contentType)
    {
        request["body"] = Convert.ToBase64String(body);
        request["isBase64Encoded"] = true;
        return request.With("content-type", contentType);
    }

    public static JsonObject WithText(this JsonObject request, string body, string contentType)
    {
        request["body"] = body;
        return request.With("content-type", contentType);
    }

    public static JsonObject WithContext(this JsonObject request, string name, JsonNode value)
    {
        request["requestContext"]![name] = value;
        return request;
    }

    public static JsonObject Batch(string queue, params IEnumerable<(string Id, string Body)> messages) => new()
    {
        ["Records"] = new JsonArray([.. messages.Select(message => (JsonNode)new JsonObject
        {
            ["messageId"] = message.Id,
            ["receiptHandle"] = $"AQEB-{message.Id}",
            ["body"] = message.Body,
            ["attributes"] = new JsonObject
            {
                ["ApproximateReceiveCount"] = "1",
                ["SentTimestamp"] = "1545082649183",
                ["SenderId"] = "AIDAIENQZJOLO23YVJ4VO",
                ["ApproximateFirstReceiveTimestamp"] = "1545082649185",
            },
            ["messageAttributes"] = new JsonObject(),
            ["md5OfMessageAttributes"] = null,
            ["eventSource"] = "aws:sqs",
            ["eventSourceARN"] = $"arn:aws:sqs:eu-west-1:123456789012:{queue}",
            ["awsRegion"] = "eu-west-1",
        })]),
    };
}

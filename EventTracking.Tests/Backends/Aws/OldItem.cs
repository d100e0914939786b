using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>
/// Adds the old item to the response of a failed condition. It is read right afterwards, so it may already show a racing
/// write.
/// </summary>
internal static class OldItem
{
    private static readonly string[] Keys = ["pk", "sk"];

    public static async Task<HttpResponseMessage> AddAsync(
        HttpResponseMessage response, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> sendAsync, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.BadRequest || response.RequestMessage is not { Content: { } content } request)
        {
            return response;
        }

        var asked = JsonNode.Parse(await content.ReadAsStringAsync(cancellationToken))!;
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        if (asked["ReturnValuesOnConditionCheckFailure"]?.GetValue<string>() != ReturnValuesOnConditionCheckFailure.ALL_OLD.Value
            || !answer["__type"]!.GetValue<string>().EndsWith("ConditionalCheckFailedException", StringComparison.Ordinal))
        {
            return response;
        }

        using var read = new HttpRequestMessage(HttpMethod.Post, request.RequestUri) { Content = Json(ReadOf(asked)) };
        foreach (var (name, values) in request.Headers.Where(header => header.Key != "X-Amz-Target"))
        {
            read.Headers.TryAddWithoutValidation(name, values);
        }

        read.Headers.Add("X-Amz-Target", "DynamoDB_20120810.GetItem");
        using var found = await sendAsync(read, cancellationToken);
        answer["Item"] = JsonNode.Parse(await found.Content.ReadAsStringAsync(cancellationToken))!["Item"]?.DeepClone();
        response.Dispose();
        return new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = Json(answer), RequestMessage = request };
    }

    private static JsonObject ReadOf(JsonNode asked)
    {
        var from = asked["Key"] ?? asked["Item"]!;
        return new JsonObject
        {
            ["TableName"] = asked["TableName"]!.DeepClone(),
            ["ConsistentRead"] = true,
            ["Key"] = new JsonObject(Keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key, from[key]!.DeepClone()))),
        };
    }

    private static StringContent Json(JsonNode node) => new(node.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0");
}

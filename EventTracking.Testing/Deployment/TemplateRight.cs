using System.Text.Json.Nodes;

namespace EventTracking.Testing.Deployment;

/// <summary>One action on one resource that a role allows or a call needs.</summary>
internal readonly record struct TemplateRight(string Action, string Resource)
{
    /// <summary>The rights in a role's own policy.</summary>
    public static IEnumerable<TemplateRight> Of(TemplateResource role) =>
        from policy in role.Properties["Policies"]!.AsArray()
        from statement in policy!["PolicyDocument"]!["Statement"]!.AsArray()
        from action in Texts(statement![nameof(Action)]!)
        from resource in Texts(statement[nameof(Resource)]!)
        select new TemplateRight(action, resource);

    /// <summary>
    /// The right that a call needs: an operation of SQS or DynamoDB with its body, or a method of S3 with its path, on a bucket
    /// that stands for a bucket of the template.
    /// </summary>
    public static IReadOnlyList<TemplateRight> NeededFor(string operation, string body, string bucket, string bucketArn)
    {
        if (body.StartsWith('/'))
        {
            return [OfObjects(operation, body, bucket, bucketArn)];
        }

        var request = JsonNode.Parse(body)!;
        if ((string?)(request["QueueName"] ?? request["QueueUrl"]) is { } queue)
        {
            // A batch operation needs the same right as the operation for one message.
            return [new($"sqs:{(operation.EndsWith("Batch", StringComparison.Ordinal) ? operation[..^5] : operation)}", $"{queue.Split('/')[^1]}.Arn")];
        }

        var tables = request["RequestItems"]?.AsObject().Select(table => table.Key) ?? [(string)request["TableName"]!];
        return [.. tables.Select(table => new TemplateRight($"dynamodb:{operation}", $"{table}.Arn{((string?)request["IndexName"] is { } index ? $"/index/{index}" : "")}"))];
    }

    /// <summary>A request for several objects names them in its body; what the product deletes are payloads.</summary>
    private static TemplateRight OfObjects(string method, string path, string bucket, string bucketArn)
    {
        var parts = path.Split('?', 2);
        var isOfBucket = parts[0].Trim('/') == bucket;
        var isUpload = parts.Length > 1 && parts[1].Contains("uploadId=", StringComparison.Ordinal);
        return isOfBucket && method == "GET" ? new("s3:ListBucket", bucketArn)
            : new(
                method switch
                {
                    "GET" or "HEAD" => "s3:GetObject",
                    "DELETE" when isUpload => "s3:AbortMultipartUpload",
                    "DELETE" => "s3:DeleteObject",
                    "POST" when isOfBucket => "s3:DeleteObject",
                    _ => "s3:PutObject",
                },
                isOfBucket || path.StartsWith($"/{bucket}/payloads/", StringComparison.Ordinal) ? $"{bucketArn}/payloads/*" : path);
    }

    private static IEnumerable<string> Texts(JsonNode node) => node is JsonArray several ? several.Select(each => (string)each!) : [(string)node!];
}

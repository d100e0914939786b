using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Testing.Lambda;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>Reads what the service returned to Lambda as its callers do.</summary>
internal static class LambdaResponses
{
    /// <summary>The response that a caller sees.</summary>
    public static GatewayResponse Response(this RuntimeReport report)
    {
        Assert.Equal("response", report.Kind);
        var json = report.Json;
        var body = (string?)json["body"];
        return new GatewayResponse(
            (int)json["statusCode"]!,
            json["headers"]!.AsObject().ToDictionary(header => header.Key, header => (string)header.Value!, StringComparer.OrdinalIgnoreCase),
            [.. (json["cookies"]?.AsArray() ?? []).Select(cookie => (string)cookie!)],
            body is null ? null : (bool)json["isBase64Encoded"]! ? Convert.FromBase64String(body) : Encoding.UTF8.GetBytes(body),
            (bool?)json["isBase64Encoded"]);
    }

    /// <summary>The ids of the messages that were reported as failed.</summary>
    public static string[] Failures(this RuntimeReport report)
    {
        Assert.Equal("response", report.Kind);
        return [.. report.Json["batchItemFailures"]!.AsArray().Select(failure => (string)failure!["itemIdentifier"]!)];
    }
}

/// <summary>A response as the gateway forwards it, without a body if the service returned none.</summary>
internal sealed record GatewayResponse(int Status, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> Cookies, byte[]? Body, bool? IsBase64)
{
    public string Text => Encoding.UTF8.GetString(Body!);
}

using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>The service's responses to many requests, as an approved file.</summary>
internal sealed class RecordedResponses(DateTimeOffset now, SortedDictionary<string, JsonNode> answers)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>When the responses were recorded.</summary>
    public DateTimeOffset Now => now;

    public static RecordedResponses Read(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        return new(json["now"]!.GetValue<DateTimeOffset>(), new(json["answers"]!.AsObject().ToDictionary(answer => answer.Key, answer => answer.Value!), StringComparer.Ordinal));
    }

    public static async Task<JsonNode> AskAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var answer = new JsonObject { ["http"] = (int)response.StatusCode };
        if (response.IsSuccessStatusCode && path.EndsWith("/payload", StringComparison.Ordinal))
        {
            answer["contentType"] = response.Content.Headers.ContentType?.ToString();
            answer["length"] = body.Length;
            answer["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body));
        }
        else if (response.IsSuccessStatusCode)
        {
            answer["body"] = JsonNode.Parse(body);
        }

        return answer;
    }

    /// <summary>Finds the id of the event about <c>case:name</c> in the responses.</summary>
    public string IdOf(string name) => answers[$"/events?entity=case:{name}"]["body"]!["events"]!.AsArray().Single()!["id"]!.GetValue<string>();

    /// <summary>Sends every request again and expects the same responses, except for words that have been renamed, lists that have been reordered, members that have been added and locations that the settings do not name.</summary>
    public async Task AssertSameAsync(HttpClient client)
    {
        foreach (var (path, expected) in answers)
        {
            var answer = AddedMembers.Without(ReorderedLists.WithoutOrder(RenamedWords.Normalize(await AskAsync(client, RenamedWords.InPath(path)))));
            var renamed = ReorderedLists.In(path, RenamedWords.In(OtherLocations.Without(path, expected)));
            Assert.True(JsonNode.DeepEquals(renamed, answer), $"GET {path}\nwas {renamed.ToJsonString(Readable)}\nis  {answer.ToJsonString(Readable)}");
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Core.Events;
using EventTracking.Tests.Hosting.Lambda;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>
/// Whatever real senders and their imitators send, every host answers the same, keeps the same bytes and reads the same from them.
/// </summary>
[Collection(nameof(LambdaCollection))]
public sealed class SenderTests(SenderHosts hosts) : IClassFixture<SenderHosts>
{
    private static readonly Dictionary<string, SenderCase> Cases = new(
        ShopifyCases.All.Select(each => KeyValuePair.Create($"Shopify: {each.Name}", each.Case))
            .Concat(BrightpearlCases.All.Select(each => KeyValuePair.Create($"Brightpearl: {each.Name}", each.Case))));

    public static TheoryData<string, string> All => new(Cases.Keys.SelectMany(name => SenderHosts.All.Select(host => (name, host))));

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_request_has_the_same_effect_on_every_host(string name, string host)
    {
        var (each, product) = (Cases[name], hosts[host]);

        var response = await product.SendAsync(each.Request);

        Assert.Equal(each.Status, response.Status);
        if (each.Problem is not null)
        {
            AssertProblem(each, response);
            return;
        }

        var id = SenderHost.IdOf(response);
        Assert.Equal($"/events/{id}", response.Headers["Location"]);
        Assert.Equal(each.Payload ?? each.Request.Body ?? [], await product.PayloadAsync(id));
        await AssertEventAsync(each, product, id);
    }

    private static void AssertProblem(SenderCase each, SenderResponse response)
    {
        Assert.Equal("application/problem+json", response.Headers["Content-Type"]);
        Assert.Equal("no-store", response.Headers["Cache-Control"]);
        if (each.Request.Method == "HEAD")
        {
            Assert.Empty(response.Body);
            return;
        }

        using var problem = JsonDocument.Parse(response.Body);
        Assert.Equal(
            (each.Problem!.Uri, each.Problem.Status, each.Problem.Title, each.Problem.Detail),
            (Text("type"), problem.RootElement.GetProperty("status").GetInt32(), Text("title"), Text("detail")));

        string? Text(string member) => problem.RootElement.GetProperty(member).GetString();
    }

    private static async Task AssertEventAsync(SenderCase each, SenderHost product, EventId id)
    {
        var shown = await product.GetAsync($"/events/{id}");
        Assert.Equal((each.Topic, each.Entity), (shown.GetProperty("topic").GetString(), shown.GetProperty("entity").GetString()));
        if (each.Function is null)
        {
            return;
        }

        Assert.Equal(each.Function, shown.GetProperty("function").GetString());
        var record = await product.RunAsync(id);
        Assert.Equal((each.Ends, each.Because), (record.Status, record.Status == EventStatus.Failed ? record.Error?.Code : each.Because));
        if (each.Ends == EventStatus.Ignored)
        {
            Assert.Contains(each.Because!, record.Attempts[^1].Detail, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, string?> Absences => new()
    {
        { "no member", null },
        { "null", "null" },
        { "an empty text", "\"\"" },
    };

    /// <summary>Gateways have several ways to say that there is no body.</summary>
    [Theory]
    [MemberData(nameof(Absences))]
    public async Task A_body_that_is_not_there_is_empty_however_the_event_says_so(string name, string? body)
    {
        var gateway = (LambdaSender)hosts[SenderHosts.Gateway];
        foreach (var isBase64 in (bool?[])[false, true, null])
        {
            var request = gateway.ToEvent(SenderRequest.Shopify((byte[]?)null));
            request.Remove("isBase64Encoded");
            if (name != "no member")
            {
                request["body"] = body is null ? null : JsonNode.Parse(body);
            }

            if (isBase64 is { } flag)
            {
                request["isBase64Encoded"] = flag;
            }

            var response = await gateway.SendAsync(request);

            Assert.Equal(202, response.Status);
            Assert.Empty(await gateway.PayloadAsync(SenderHost.IdOf(response)));
        }
    }

    /// <summary>A server refuses headers of more than 32 KB itself. Lambda has no limit of its own.</summary>
    [Fact]
    public async Task Headers_of_any_length_are_no_reason_to_refuse_a_delivery()
    {
        var request = new[] { "X-Shopify-Topic", "X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-Triggered-At", "User-Agent" }
            .Aggregate(SenderRequest.Shopify("{}"), (longer, name) => longer.Instead(name, new string('t', 100_000)));
        var gateway = hosts[SenderHosts.Gateway];

        var response = await gateway.SendAsync(request);

        Assert.Equal(202, response.Status);
        var record = await gateway.RunAsync(SenderHost.IdOf(response));
        Assert.Equal((EventStatus.Failed, 255, 255), (record.Status, record.Event.Topic.Length, record.Event.CorrelationId.Length));
    }
}

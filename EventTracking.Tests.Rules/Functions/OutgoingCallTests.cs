using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Testing.Functions;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>What the record of an event says about the calls that its function made.</summary>
public sealed class OutgoingCallTests
{
    private static readonly Uri Shop = new("http://shop/");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_in_the_record_with_when_it_began_how_long_it_took_and_its_status()
    {
        Engine? engine = null;
        using var http = Client(() =>
        {
            engine!.Time.Advance(TimeSpan.FromMilliseconds(180));
            return HttpStatusCode.NotFound;
        });
        await using var own = engine = new Engine(new ProbeFunction(async (_, _) =>
        {
            engine!.Time.Advance(TimeSpan.FromMilliseconds(12));
            using var response = await http.GetAsync(Shop, Cancellation);
            return Outcome.Succeeded;
        }));

        Assert.Equal(new OutgoingCall(12, 180, 1, "404", "shop"), Assert.Single(await CallsAsync(engine)));
    }

    [Theory]
    [InlineData("shop/http-500", "shop/http-500")]
    [InlineData("two words;2*3", "two-words,2-3")]
    [InlineData("postponed", "postponed")]
    [InlineData("cancelled", "cancelled")]
    [InlineData("refused", "failed")]
    public async Task A_call_without_a_response_says_how_it_failed_also_if_the_attempt_goes_on(string failure, string result)
    {
        using var http = Client(() => throw (failure switch
        {
            "postponed" => new PostponedException(TimeSpan.FromSeconds(1), "No calls are left."),
            "cancelled" => new OperationCanceledException(),
            "refused" => new HttpRequestException("The connection was refused."),
            _ => new FunctionException("The shop answered 500.", failure, transient: true),
        }));
        await using var engine = new Engine(new ProbeFunction(async (_, _) =>
        {
            await Assert.ThrowsAnyAsync<Exception>(() => http.GetAsync(Shop, Cancellation));
            return Outcome.Succeeded;
        }));

        Assert.Equal([(result, "shop")], (await CallsAsync(engine)).Select(call => (call.Result, call.System)));
    }

    [Fact]
    public async Task A_failed_attempt_keeps_its_calls()
    {
        using var http = Client(() => HttpStatusCode.OK);
        await using var engine = new Engine(new ProbeFunction(async (_, _) =>
        {
            using var response = await http.GetAsync(Shop, Cancellation);
            throw new FunctionException("The product is unknown.", "unknown", transient: false);
        }));

        Assert.Equal(["200"], (await CallsAsync(engine)).Select(call => call.Result));
    }

    [Fact]
    public async Task A_shared_call_is_in_the_record_of_each_event_that_took_part()
    {
        var calls = 0;
        using var http = Client(() =>
        {
            calls++;
            return HttpStatusCode.OK;
        });
        var shared = new SharedCall<string, string>(async (requests, cancellation) =>
        {
            using var response = await http.GetAsync(Shop, cancellation);
            return requests;
        });
        var function = new ProbeFunction(async (body, context) =>
        {
            await shared.RunAsync(body, context, Cancellation);
            return Outcome.Succeeded;
        });
        await using var engine = new Engine(function, new FunctionSettings { BatchSize = 10 });
        List<EventId> ids = [await engine.SendAsync("1"), await engine.SendAsync("2"), await engine.SendAsync("3")];

        await engine.RunAsync();

        Assert.Equal(1, calls);
        foreach (var id in ids)
        {
            Assert.Equal([(3, "200")], (await engine.FindAsync(id)).Attempts[0].Calls.Select(call => (call.Events, call.Result)));
        }
    }

    [Fact]
    public async Task Outside_of_an_attempt_a_call_is_just_made()
    {
        using var http = Client(() => HttpStatusCode.OK);

        using var response = await http.GetAsync(Shop, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("12 180 200 brightpearl", 1)]
    [InlineData("0 0 shop/http-500 price service", 1)]
    [InlineData("0 183 100*200 shopify;190 96 200 brightpearl", 2)]
    public void The_stored_form_is_read_back(string text, int calls)
    {
        var read = OutgoingCall.Read(text);

        Assert.Equal((calls, text), (read.Count, OutgoingCall.Write(read)));
    }

    [Fact]
    public void A_shared_call_says_by_how_many() => Assert.Equal([new OutgoingCall(0, 183, 100, "200", "shopify"), new OutgoingCall(190, 96, 1, "200", "brightpearl")], OutgoingCall.Read("0 183 100*200 shopify;190 96 200 brightpearl"));

    [Theory]
    [InlineData("12 180 200")]
    [InlineData("x 180 200 shop")]
    [InlineData("12 -1 200 shop")]
    [InlineData("")]
    [InlineData(null)]
    public void A_call_in_another_form_is_left_out(string? text) => Assert.Empty(OutgoingCall.Read(text));

    [Fact]
    public void Without_calls_nothing_is_stored() => Assert.Null(OutgoingCall.Write([]));

    private static HttpClient Client(Func<HttpStatusCode> answer) => new(new OutgoingCallHandler("shop") { InnerHandler = new FarShop(answer) });

    private static async Task<IReadOnlyList<OutgoingCall>> CallsAsync(Engine engine)
    {
        var id = await engine.SendAsync("1");
        await engine.RunAsync();
        return (await engine.FindAsync(id)).Attempts[0].Calls;
    }

    private sealed class FarShop(Func<HttpStatusCode> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(answer()));
    }
}

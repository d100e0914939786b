using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The faults of Shopify, Brightpearl or the connection to them.</summary>
internal enum RemoteFault
{
    /// <summary>429 with a time to wait.</summary>
    TooManyRequests,

    /// <summary>Throttling in the system's own format.</summary>
    Throttled,

    /// <summary>503.</summary>
    Down,

    /// <summary>The call has no effect and no response.</summary>
    Silent,

    /// <summary>The call takes effect, but the response is lost.</summary>
    Lost,

    /// <summary>The call takes effect but gets no response.</summary>
    SilentAfter,

    /// <summary>A body that is not JSON.</summary>
    Malformed,

    /// <summary>The call takes effect, and the response lacks a member.</summary>
    Incomplete,

    /// <summary>A gateway's 404, which says nothing about what was asked for.</summary>
    NotThere,

    /// <summary>A 200 that says that something is wrong, with a code or without.</summary>
    Refused,

    /// <summary>A refusal that a person lifts: a frozen shop, a missing right.</summary>
    Locked,

    /// <summary>A response from before the last changes, or a comparison that finds another quantity.</summary>
    Stale,
}

/// <summary>The connection from a process to Shopify and Brightpearl: real requests, and responses in their real formats.</summary>
internal sealed class SimulatedInternet(World world, SimulatedProcess process) : HttpMessageHandler
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(900);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var toShopify = request.Method == HttpMethod.Post;
        var call = toShopify
            ? $"shopify {RemoteResponses.OperationOf(body)} {world.Luck.Hash(Encoding.UTF8.GetString(body)):x16}"
            : $"brightpearl {request.RequestUri!.PathAndQuery}";
        var name = world.Calls.Name(call);
        var fault = world.Faults.Take(name, Odds());
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        After($"there/{name}", name, () =>
        {
            if (!process.IsAlive)
            {
                return;
            }

            world.Trace.Add(fault is null ? name : $"{name} {fault}");
            var response = toShopify ? Response(request, body, fault, toShopify, name) : Limited(() => Response(request, body, fault, toShopify, name));
            if (fault is not (RemoteFault.Silent or RemoteFault.SilentAfter))
            {
                After($"back/{name}", name, () => _ = process.IsAlive && answer.TrySetResult(response));
            }
        });
        return await answer.Task;
    }

    private (RemoteFault, double)[] Odds()
    {
        var each = world.Habits.RemoteFaults / 13;
        return
        [
            (RemoteFault.TooManyRequests, each), (RemoteFault.Throttled, each), (RemoteFault.Down, each), (RemoteFault.Silent, each),
            (RemoteFault.Lost, each), (RemoteFault.SilentAfter, each), (RemoteFault.Malformed, each),
            (RemoteFault.Incomplete, each * 3), (RemoteFault.NotThere, each), (RemoteFault.Refused, each), (RemoteFault.Locked, each / 5), (RemoteFault.Stale, world.Habits.Stale),
        ];
    }

    private HttpResponseMessage Response(HttpRequestMessage request, byte[] body, RemoteFault? fault, bool toShopify, string name)
    {
        var seconds = world.Luck.Below($"wait/{name}", 30) + 1;
        switch (fault)
        {
            case RemoteFault.TooManyRequests:
                var many = Text(HttpStatusCode.TooManyRequests, "{}");
                many.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
                return many;
            case RemoteFault.Throttled:
                return toShopify ? Text(HttpStatusCode.OK, RemoteResponses.ShopifyThrottled(seconds)) : BrightpearlThrottled(seconds);
            case RemoteFault.Down or RemoteFault.Silent:
                return Text(HttpStatusCode.ServiceUnavailable, "Service Unavailable");
            case RemoteFault.Malformed:
                return Text(HttpStatusCode.OK, "<html><body>Something went wrong</body></html>");
            case RemoteFault.NotThere:
                return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent(AnswerFaults.Page, Encoding.UTF8, "text/html") };
            case RemoteFault.Refused:
                return Text(HttpStatusCode.OK, AnswerFaults.Refusal(world.Luck, toShopify, name));
            case RemoteFault.Locked:
                return Text(toShopify ? HttpStatusCode.Locked : HttpStatusCode.Forbidden, """{"errors":"Unavailable Shop"}""");
            default:
                string Spoil(string answer) => fault == RemoteFault.Incomplete ? AnswerFaults.Incomplete(world.Luck, answer, toShopify, name) : answer;
                var (status, text) = toShopify
                    ? (HttpStatusCode.OK, world.Sources.ResponseShopify(body, fault == RemoteFault.Stale, Spoil))
                    : world.Sources.ResponseBrightpearl(request.RequestUri!, fault == RemoteFault.Stale, Spoil);
                return fault is RemoteFault.Lost ? Text(HttpStatusCode.BadGateway, "") : Text(status, text);
        }
    }

    /// <summary>Counts a call to Brightpearl. One for which the account has none left does nothing.</summary>
    private HttpResponseMessage Limited(Func<HttpResponseMessage> respond)
    {
        var now = world.Timeline.Now;
        var response = world.Limit.TrySpend(now) ? respond() : Text(HttpStatusCode.ServiceUnavailable, "Too Busy");
        if (!response.Headers.Contains("brightpearl-requests-remaining"))
        {
            world.Limit.Describe(response, now);
        }

        return response;
    }

    private static HttpResponseMessage BrightpearlThrottled(int seconds)
    {
        var response = Text(HttpStatusCode.ServiceUnavailable, "");
        response.Headers.Add("brightpearl-requests-remaining", "0");
        response.Headers.Add("brightpearl-next-throttle-period", (seconds * 1000).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private static HttpResponseMessage Text(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private void After(string delay, string name, Action action) =>
        world.Timeline.At(world.Timeline.Now + world.Luck.Between(delay, Soon, Late), world.Luck.Hash(name), action);
}

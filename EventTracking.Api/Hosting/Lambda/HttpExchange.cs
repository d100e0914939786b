using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>A request and its response, as the pipeline sees them: ASP.NET's own features, and the host's where those do not suffice.</summary>
internal sealed class HttpExchange : IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature, IDisposable
{
    private readonly CancellationTokenSource expiry;
    private readonly CancellationTokenSource aborted = new();
    private readonly CancellationTokenRegistration abortion;

    public HttpExchange(Invocation invocation, HttpRequestFeature request, ReadOnlyMemory<byte> body, CancellationTokenSource expiry)
    {
        this.expiry = expiry;
        abortion = expiry.Token.Register(Abort);
        RequestAborted = aborted.Token;
        CanHaveBody = body.Length > 0;
        Method = request.Method;
        RequestId = invocation.RequestId;
        var buffered = new BufferedBody(body);
        request.Body = buffered.AsStream();
        Features.Set<IHttpRequestFeature>(request);
        Features.Set<IHttpMaxRequestBodySizeFeature>(buffered);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = invocation.RequestId });
        Features.Set<IHttpResponseFeature>(Response);
        Features.Set<IHttpResponseBodyFeature>(Response);
        Features.Set(invocation);
    }

    public FeatureCollection Features { get; } = new();

    public BufferedResponse Response { get; } = new();

    /// <summary>The method as requested; middleware may change that of the request.</summary>
    public string Method { get; }

    public string RequestId { get; }

    public bool CanHaveBody { get; }

    public CancellationToken RequestAborted { get; set; }

    public bool IsExpired => expiry.IsCancellationRequested;

    public bool IsAborted => aborted.IsCancellationRequested;

    public void Abort()
    {
        try
        {
            aborted.Cancel();
        }
        catch (AggregateException)
        {
            // From a listener; the only caller above is a timer.
        }
    }

    public void Dispose()
    {
        // First, because it waits for an abort in progress, which would otherwise find nothing to abort and so end the process.
        abortion.Dispose();
        expiry.Dispose();
        aborted.Dispose();
    }
}

using System.IO.Pipelines;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>A request and its response, as the pipeline sees them.</summary>
internal sealed class HttpExchange : IHttpRequestFeature, IRequestBodyPipeFeature, IHttpRequestBodyDetectionFeature, IHttpRequestLifetimeFeature,
    IHttpRequestIdentifierFeature, IHttpConnectionFeature, ITlsConnectionFeature, IHttpAuthenticationFeature, IDisposable
{
    private readonly CancellationTokenSource expiry;
    private readonly CancellationTokenSource aborted = new();
    private PipeReader? reader;

    public HttpExchange(Invocation invocation, ReadOnlyMemory<byte> body, CancellationTokenSource expiry)
    {
        this.expiry = expiry;
        expiry.Token.Register(Abort);
        RequestAborted = aborted.Token;
        TraceIdentifier = invocation.RequestId;
        CanHaveBody = body.Length > 0;
        var buffered = new BufferedBody(body);
        Body = buffered.AsStream();
        reader = buffered;
        Features.Set<IHttpRequestFeature>(this);
        Features.Set<IRequestBodyPipeFeature>(this);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
        Features.Set<IHttpMaxRequestBodySizeFeature>(buffered);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpRequestIdentifierFeature>(this);
        Features.Set<IHttpConnectionFeature>(this);
        Features.Set<ITlsConnectionFeature>(this);
        Features.Set<IHttpAuthenticationFeature>(this);
        Features.Set<IHttpResponseFeature>(Response);
        Features.Set<IHttpResponseBodyFeature>(Response);
        Features.Set(invocation);
    }

    public FeatureCollection Features { get; } = new();

    public BufferedResponse Response { get; } = new();

    public string Protocol { get; set; } = "HTTP/1.1";

    public string Scheme { get; set; } = "https";

    public string Method { get; set; } = "";

    public string PathBase { get; set; } = "";

    public string Path { get; set; } = "/";

    public string QueryString { get; set; } = "";

    public string RawTarget { get; set; } = "/";

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body
    {
        get;
        set
        {
            field = value;
            reader = null;
        }
    }

    public bool CanHaveBody { get; }

    /// <summary>Follows the body, which middleware may replace.</summary>
    public PipeReader Reader => reader ??= PipeReader.Create(Body, new StreamPipeReaderOptions(leaveOpen: true));

    public CancellationToken RequestAborted { get; set; }

    public bool IsExpired => expiry.IsCancellationRequested;

    public bool IsAborted => aborted.IsCancellationRequested;

    public string TraceIdentifier { get; set; }

    public string ConnectionId { get; set; } = "";

    public IPAddress? RemoteIpAddress { get; set; }

    public IPAddress? LocalIpAddress { get; set; }

    public int RemotePort { get; set; }

    public int LocalPort { get; set; }

    public string? ClientCertificatePem { get; set; }

    public X509Certificate2? ClientCertificate
    {
        get => field ??= ClientCertificatePem is { } pem ? X509Certificate2.CreateFromPem(pem) : null;
        set;
    }

    public ClaimsPrincipal? User { get; set; }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

    public void Abort()
    {
        try
        {
            aborted.Cancel();
        }
        catch (AggregateException)
        {
            // Of whoever listens; there is nobody above but a timer.
        }
    }

    public void Dispose()
    {
        expiry.Dispose();
        aborted.Dispose();
    }
}

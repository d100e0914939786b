using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Reads an event of payload format 2.0, which HTTP APIs and function URLs share, straight into a request.</summary>
internal sealed class HttpEvent
{
    private readonly List<string> cookies = [];
    private readonly List<Claim> claims = [];
    private readonly IHeaderDictionary headers = new HeaderDictionary();
    private long? bodyAt;
    private bool isBase64;
    private string? path, query, method, protocol, domain, stage, sourceIp, requestId, certificate;

    private HttpEvent(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        json.Read();
        ReadObject(ref json, "");
    }

    /// <exception cref="UnreadableEventException">The event is not a request.</exception>
    public static HttpExchange Read(Invocation invocation, CancellationTokenSource expiry)
    {
        try
        {
            return new HttpEvent(invocation.Event.Span).ToExchange(invocation, expiry);
        }
        catch (Exception exception) when (JsonEvent.IsOfReading(exception))
        {
            throw new UnreadableEventException("The event is not a valid HTTP request of payload format 2.0.", exception);
        }
    }

    private void ReadObject(ref Utf8JsonReader json, string parent)
    {
        if (!JsonEvent.Enter(ref json))
        {
            return;
        }

        while (JsonEvent.Next(ref json, out var name))
        {
            switch (parent, name)
            {
                case ("", "rawPath"):
                    path = json.GetString();
                    break;
                case ("", "rawQueryString"):
                    query = json.GetString();
                    break;
                case ("", "cookies") when json.TokenType == JsonTokenType.StartArray:
                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    {
                        cookies.Add(json.GetString() ?? "");
                    }

                    break;
                case ("headers", _):
                    // Kept as one value: a comma may separate two values, or be part of one, as in a date.
                    headers.Append(name, json.GetString());
                    break;
                case ("", "body"):
                    // The member that says whether it is base64 follows it.
                    bodyAt = json.TokenStartIndex;
                    break;
                case ("", "isBase64Encoded"):
                    isBase64 = json.GetBoolean();
                    break;
                case ("requestContext", "domainName"):
                    domain = json.GetString();
                    break;
                case ("requestContext", "stage"):
                    stage = json.GetString();
                    break;
                case ("requestContext", "requestId"):
                    requestId = json.GetString();
                    break;
                case ("http", "method"):
                    method = json.GetString();
                    break;
                case ("http", "protocol"):
                    protocol = json.GetString();
                    break;
                case ("http", "sourceIp"):
                    sourceIp = json.GetString();
                    break;
                case ("clientCert", "clientCertPem"):
                    certificate = json.GetString();
                    break;
                case ("requestContext", "authorizer"):
                    ReadClaims(ref json, name);
                    break;
                case ("", "headers" or "requestContext"):
                case ("requestContext", "http" or "authentication"):
                case ("authentication", "clientCert"):
                    ReadObject(ref json, name);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    /// <summary>The claims of a JWT, of IAM or of a Lambda authorizer: each value under its own name, a list as one claim per item.</summary>
    private void ReadClaims(ref Utf8JsonReader json, string name)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                while (JsonEvent.Next(ref json, out var member))
                {
                    ReadClaims(ref json, member);
                }

                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    ReadClaims(ref json, name == "scopes" ? "scope" : name);
                }

                break;
            case JsonTokenType.Null:
                break;
            default:
                claims.Add(new Claim(name, json.TokenType == JsonTokenType.String ? json.GetString()! : Encoding.UTF8.GetString(json.ValueSpan)));
                break;
        }
    }

    private HttpExchange ToExchange(Invocation invocation, CancellationTokenSource expiry)
    {
        var content = ReadBody(invocation.Event.Span);
        SetHeaders(content.Length, invocation.Parent);
        var (pathBase, rest, target) = ReadPath();
        var queryString = string.IsNullOrEmpty(query) ? "" : $"?{query}";
        var request = new HttpRequestFeature
        {
            Method = method ?? throw new FormatException("The request has no method."),
            Protocol = protocol ?? "HTTP/1.1",
            Scheme = "https",
            PathBase = pathBase.Value ?? "",
            Path = rest.Value ?? "",
            QueryString = queryString,
            RawTarget = target + queryString,
            Headers = headers,
        };
        var exchange = new HttpExchange(invocation, request, content, expiry);
        exchange.Features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
        {
            ConnectionId = requestId ?? invocation.RequestId,
            RemoteIpAddress = IPAddress.TryParse(sourceIp, out var address) ? address : null,
            LocalPort = int.TryParse(headers["X-Forwarded-Port"], out var port) ? port : 0,
        });
        if (certificate is not null)
        {
            exchange.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature { ClientCertificate = X509Certificate2.CreateFromPem(certificate) });
        }

        if (claims.Count > 0)
        {
            exchange.Features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = new ClaimsPrincipal(new ClaimsIdentity(claims, "Authorizer")) });
        }

        return exchange;
    }

    private (PathString Base, PathString Path, string Target) ReadPath()
    {
        var raw = path is ['/', ..] ? path : $"/{path}";

        // A function URL passes the path as it was sent. A gateway has already decoded it; decoding it again would change it.
        var isEncoded = domain?.Contains(".lambda-url.", StringComparison.OrdinalIgnoreCase) == true;
#pragma warning disable CA2234 // The text is only a path, not an absolute address.
        var whole = isEncoded ? PathString.FromUriComponent(raw) : new PathString(raw);
#pragma warning restore CA2234
        var target = isEncoded ? raw : whole.ToUriComponent();

        // Only paths on the gateway's own domain start with the stage; a custom domain maps to a stage.
        return stage is { Length: > 0 } and not "$default"
            && domain?.Contains(".execute-api.", StringComparison.OrdinalIgnoreCase) == true
            && whole.StartsWithSegments($"/{stage}", StringComparison.Ordinal, out var matched, out var rest)
            ? (matched, rest, target)
            : (PathString.Empty, whole, target);
    }

    private void SetHeaders(int bodyLength, ActivityContext parent)
    {
        if (cookies.Count > 0)
        {
            headers.Cookie = string.Join("; ", cookies);
        }

        if (StringValues.IsNullOrEmpty(headers.Host))
        {
            headers.Host = domain;
        }

        // The actual length counts, not the announced one.
        headers.ContentLength = bodyLength > 0 || headers.ContentLength is not null ? bodyLength : null;

        // A client must not choose its trace, nor whether the trace is kept.
        headers.Remove(HeaderNames.TraceState);
        headers.TraceParent = parent == default ? StringValues.Empty
            : $"00-{parent.TraceId.ToHexString()}-{parent.SpanId.ToHexString()}-{(parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
    }

    private ReadOnlyMemory<byte> ReadBody(ReadOnlySpan<byte> text)
    {
        if (bodyAt is not { } start)
        {
            return default;
        }

        var body = new Utf8JsonReader(text[(int)start..]);
        body.Read();
        if (body.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (isBase64)
        {
            return body.GetBytesFromBase64();
        }

        var bytes = new byte[body.ValueSpan.Length];
        return bytes.AsMemory(0, body.CopyString(bytes));
    }
}

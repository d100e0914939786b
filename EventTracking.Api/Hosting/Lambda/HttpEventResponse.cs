using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EventTracking.Api.Errors;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Writes a response in the format that HTTP APIs and function URLs accept.</summary>
internal static class HttpEventResponse
{
    /// <summary>Escaped text is up to six times as long, and each piece is escaped at once.</summary>
    private const int Piece = 16 * 1024;

    // The output is never part of an HTML page, and quotes written as \u0022 would use up much of the six megabytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Headers about the connection, which belongs to the gateway, and cookies, which have their own member.</summary>
    private static readonly string[] NotForwarded = [HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.TransferEncoding, HeaderNames.SetCookie];

    /// <summary>The response, or null if it is larger than Lambda accepts.</summary>
    public static ReadOnlyMemory<byte>? Write(HttpExchange exchange)
    {
        var response = exchange.Response;
        if (response.IsTooLarge)
        {
            return null;
        }

        var isHead = HttpMethods.IsHead(exchange.Method);
        var body = isHead || response.StatusCode is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified
            ? default
            : response.Written;
        var buffer = new ArrayBufferWriter<byte>(body.Length + Piece);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode"u8, response.StatusCode);
            WriteHeaders(json, response.Headers, isHead);
            if (body.Length > 0)
            {
                WriteBody(json, body.Span, response.Headers);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenCount <= BufferedResponse.Limit ? buffer.WrittenMemory : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>The host's own response, for when the service has none. Its trace id is that of the request, under which the host has logged why.</summary>
    public static ReadOnlyMemory<byte> Problem(HttpExchange exchange, ProblemType type, string? detail = null)
    {
        var problem = type.ToDetails(detail);
        problem.Extensions["traceId"] = exchange.RequestId;
        IHeaderDictionary headers = new HeaderDictionary { [HeaderNames.ContentType] = "application/problem+json" };
        SecurityHeaders.Set(headers, isHttps: true);
        if (type == ProblemTypes.TimedOut)
        {
            headers.RetryAfter = "1";
        }

        var isHead = HttpMethods.IsHead(exchange.Method);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode"u8, type.Status);
            WriteHeaders(json, headers, isHead);
            if (!isHead)
            {
                WriteBody(json, JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJsonContext.Default.ProblemDetails), headers);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers, bool isHead)
    {
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in headers)
        {
            // The gateway counts the body that it receives; without a body, the length is that of a GET response.
            if (values.Count > 0 && !NotForwarded.Contains(name, StringComparer.OrdinalIgnoreCase) && (isHead || !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)))
            {
                json.WriteString(name, Checked(values.ToString()));
            }
        }

        json.WriteEndObject();
        if (headers.SetCookie is { Count: > 0 } cookies)
        {
            json.WriteStartArray("cookies"u8);
            foreach (var cookie in cookies)
            {
                json.WriteStringValue(Checked(cookie!));
            }

            json.WriteEndArray();
        }
    }

    // As other servers do: a line break would allow a sender to add headers.
    private static string Checked(string value) =>
        value.AsSpan().ContainsAny('\r', '\n', '\0') ? throw new InvalidOperationException("A header value contains a control character.") : value;

    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> body, IHeaderDictionary headers)
    {
        var isText = StringValues.IsNullOrEmpty(headers.ContentEncoding) && IsText(headers.ContentType.ToString()) && Utf8.IsValid(body);
        json.WriteBoolean("isBase64Encoded"u8, !isText);
        json.WritePropertyName("body"u8);
        while (true)
        {
            var piece = body[..Math.Min(body.Length, Piece)];
            body = body[piece.Length..];
            if (isText)
            {
                json.WriteStringValueSegment(piece, body.IsEmpty);
            }
            else
            {
                json.WriteBase64StringSegment(piece, body.IsEmpty);
            }

            if (body.IsEmpty)
            {
                return;
            }
        }
    }

    /// <summary>A body that is not known to be text is sent as base64, which is correct for text as well, only longer.</summary>
    private static bool IsText(string contentType)
    {
        var type = contentType.AsSpan();
        type = (type.IndexOf(';') is var end and >= 0 ? type[..end] : type).Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("javascript", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
    }
}

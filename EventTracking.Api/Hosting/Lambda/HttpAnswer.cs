using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Writes a response as the answer that an HTTP API and a function URL take.</summary>
internal static class HttpAnswer
{
    /// <summary>Escaped text is up to six times as long, and all of a piece is escaped at once.</summary>
    private const int Piece = 16 * 1024;

    // Nothing here is part of a page, and quotes as \u0022 would not leave much of six megabytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What is said about the connection, which is the gateway's; cookies have a place of their own.</summary>
    private static readonly string[] NotForwarded = [HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.TransferEncoding, HeaderNames.SetCookie];

    /// <summary>The answer, or null where it is larger than Lambda takes.</summary>
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

    /// <summary>The host's own answer, where the service has none.</summary>
    public static ReadOnlyMemory<byte> Problem(int status, string title) => Encoding.UTF8.GetBytes(
        $$"""{"statusCode":{{status}},"headers":{"content-type":"application/problem+json","cache-control":"no-store"},"body":"{\"type\":\"about:blank\",\"title\":\"{{title}}\",\"status\":{{status}}}","isBase64Encoded":false}""");

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers, bool isHead)
    {
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in headers)
        {
            // The gateway counts the body that it gets; without one, the length is of what GET would give.
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

    // As other servers do: whoever could end a line could add a header.
    private static string Checked(string value) =>
        value.AsSpan().ContainsAny('\r', '\n', '\0') ? throw new InvalidOperationException("A header's value has a control character.") : value;

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

    /// <summary>Whatever is not known to be text travels as base64: that is right for text too, only longer.</summary>
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

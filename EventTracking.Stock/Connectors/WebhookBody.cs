using System.Text.Json;

namespace EventTracking.Stock.Connectors;

/// <summary>What the readers of bodies have in common. Signatures and archived payloads are about the raw bytes; only reading is lenient.</summary>
internal static class WebhookBody
{
    /// <summary>Templates that people write end lists with commas and contain comments.</summary>
    public static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the text without the byte order mark that some senders begin with, and which is not JSON.</summary>
    public static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> body) => body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
}

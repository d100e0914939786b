using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.WebConsole;

/// <summary>A file of the console, plain and compressed once for all callers.</summary>
internal sealed class ConsoleFile
{
    private readonly Lazy<byte[]> compressed;

    public ConsoleFile(string name, byte[] content)
    {
        Content = content;
        ContentType = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"The console's file '{name}' has the extension '{other}', whose content type is not known. Add it here."),
        };
        Hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        compressed = new(() => Compress(content));
    }

    public byte[] Content { get; }

    public byte[] Compressed => compressed.Value;

    public string ContentType { get; }

    public string Hash { get; }

    /// <summary>Another tag for each encoding, because the bytes differ.</summary>
    public EntityTagHeaderValue Tag(bool isCompressed) => new($"\"{Hash}{(isCompressed ? "-gzip" : "")}\"");

    private static byte[] Compress(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }
}

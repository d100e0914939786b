using System.IO.Compression;
using System.Text;
using CsCheck;

namespace EventTracking.Tests.Hostile;

/// <summary>Bodies that no source should send and some will.</summary>
internal static class HostileBodies
{
    /// <summary>Text that a log must not treat as lines of its own, or a terminal as commands.</summary>
    public const string FakeLine = "\r\n{\"level\":\"Error\",\"message\":\"forged\"}\n\u001b[31mforged\u001b[0m\u0085\u2028";

    private const string Level = """{"inventory_item_id":271878346596884015,"location_id":24826418,"available":7,"updated_at":"2026-11-23T10:15:30Z"}""";
    private const string Change = """{"id":"1","resourceType":"product","fullEvent":"product.modified.on-hand-modified","raisedOn":"2026-11-23T10:15:30Z"}""";

    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["nothing"] = [],
        ["null"] = "null"u8.ToArray(),
        ["text"] = "\"text\""u8.ToArray(),
        ["zeros"] = new byte[100_000],
        ["invalid UTF-8"] = [.. "{\"id\":\""u8, 0xC3, 0x28, 0xFF, 0xC0, 0xAF, .. "\"}"u8],
        ["byte order mark"] = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Change)],
        ["UTF-16"] = Encoding.Unicode.GetBytes(Change),
        ["deep arrays"] = Encoding.UTF8.GetBytes(new string('[', 1_000_000)),
        ["deep objects"] = Encoding.UTF8.GetBytes("{\"id\":" + string.Concat(Enumerable.Repeat("{\"id\":", 100_000))),
        ["deep below the id"] = Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', 100_000)}{new string(']', 100_000)},\"id\":\"1\"}}"),
        ["huge exponents"] = """{"id":1e999999,"inventory_item_id":1e999999,"available":-1e999999}"""u8.ToArray(),
        ["many digits"] = Encoding.UTF8.GetBytes($"{{\"id\":{new string('9', 100_000)},\"inventory_item_id\":{new string('9', 100_000)}}}"),
        ["names twice"] = """{"id":"1","id":"2","inventory_item_id":1,"inventory_item_id":2,"fullEvent":"a","fullEvent":"product.modified.on-hand-modified"}"""u8.ToArray(),
        ["other types"] = """{"id":{"id":[1]},"inventory_item_id":[1],"location_id":true,"available":"many","fullEvent":{},"raisedOn":9}"""u8.ToArray(),
        ["lone surrogates"] = """{"id":"\ud800","fullEvent":"\udfff","inventory_item_id":"\ud800\ud800"}"""u8.ToArray(),
        ["control characters"] = Encoding.UTF8.GetBytes($$"""{"id":"{{JsonText(FakeLine)}}","fullEvent":"product.modified{{JsonText(FakeLine)}}","inventory_item_id":"{{JsonText(FakeLine)}}"}"""),
        ["paths"] = """{"id":"../../../../etc/passwd","fullEvent":"../..\\..//%2e%2e/%00","inventory_item_id":"../x"}"""u8.ToArray(),
        ["long names"] = Encoding.UTF8.GetBytes($"{{\"fullEvent\":\"{new string('t', 100_000)}\",\"id\":\"1\",\"raisedOn\":\"{new string('9', 100_000)}\"}}"),
        ["gzip bomb"] = Bomb(),
        ["an endless range"] = """{"id":"1-999999999","fullEvent":"product.modified.on-hand-modified"}"""u8.ToArray(),
        ["a range beyond numbers"] = """{"id":"1-9223372036854775807,1-9223372036854775807","fullEvent":"product.modified.on-hand-modified"}"""u8.ToArray(),
        ["a reversed range"] = """{"id":"9-1","fullEvent":"product.modified.on-hand-modified"}"""u8.ToArray(),
        ["overlapping ranges"] = Encoding.UTF8.GetBytes($"{{\"id\":\"{string.Join(',', Enumerable.Repeat("1-9,3-5", 20_000))}\",\"fullEvent\":\"product.modified.on-hand-modified\"}}"),
        ["a form"] = "id=1-3&id=4&fullEvent=product.modified.on-hand-modified&%ff=%zz"u8.ToArray(),
        ["as large as may be"] = Encoding.UTF8.GetBytes("{\"id\":\"" + new string('x', (6 * 1024 * 1024) - 9) + "\"}"),
    };

    /// <summary>Real bodies with damage, and random bytes.</summary>
    public static Gen<byte[]> Any { get; } = Gen.OneOf(
        Gen.Byte.Array[0, 300],
        Gen.String.Select(Encoding.UTF8.GetBytes),
        Broken(Level),
        Broken(Change));

    private static Gen<byte[]> Broken(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Gen.Select(Gen.Int[0, bytes.Length], Gen.Int[0, 20], Gen.OneOf(Gen.Byte.Array[0, 8], Gen.String[Gen.Char["{}[]\",:0123456789-eE\\u"], 0, 8].Select(Encoding.UTF8.GetBytes)))
            .Select((cut, gone, noise) => (byte[])[.. bytes[..cut], .. noise, .. bytes[Math.Min(bytes.Length, cut + gone)..]]);
    }

    private static byte[] Bomb()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            var zeros = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 1024; megabyte++)
            {
                gzip.Write(zeros);
            }
        }

        return compressed.ToArray();
    }

    private static string JsonText(string text) => string.Concat(text.Select(letter => $"\\u{(int)letter:x4}"));
}

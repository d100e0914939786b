using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Api.WebConsole;

/// <summary>
/// The console's files, which are embedded in the program, so that the package for Lambda needs none beside it. They are read when somebody
/// first opens the console, so the start costs nothing.
/// </summary>
internal sealed class ConsoleFiles
{
    private const string Prefix = "console.";
    private const string PageName = "index.html";

    /// <summary>Stands for the version in the addresses on the page.</summary>
    private const string Placeholder = "console/@/";

    private readonly FrozenDictionary<string, ConsoleFile> files;

    public ConsoleFiles()
    {
        var contents = typeof(ConsoleFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(content);
        }

        Version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
        files = contents.Where(file => file.Key != PageName).ToFrozenDictionary(file => file.Key, file => new ConsoleFile(file.Key, file.Value), StringComparer.Ordinal);
        Page = new ConsoleFile(PageName, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(contents[PageName]).Replace(Placeholder, $"console/{Version}/", StringComparison.Ordinal)));
    }

    /// <summary>Changes with any of the files, so a browser may keep all of them under their address for ever and never mixes two versions.</summary>
    public string Version { get; }

    public ConsoleFile Page { get; }

    public IEnumerable<string> Names => files.Keys;

    public ConsoleFile? Find(string name) => files.GetValueOrDefault(name);

    private static byte[] Read(string name)
    {
        using var stream = typeof(ConsoleFiles).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Testing.Simulation;

/// <summary>Records what happened, line by line. Two runs were the same if their hashes are equal.</summary>
internal sealed class Trace(Timeline timeline, TextWriter? output) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string line)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{timeline.Now:d\\.hh\\:mm\\:ss\\.fff} {line}\n");
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        output?.Write(text);
    }

    /// <summary>The first 16 hex digits.</summary>
    public string Hash() => Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8));

    public void Dispose() => hash.Dispose();
}

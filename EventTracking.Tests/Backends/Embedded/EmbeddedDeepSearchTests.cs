using EventTracking.Tests.Search;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedDeepSearchTests(EmbeddedBackend backend) : DeepSearchContract(backend), IClassFixture<EmbeddedBackend>
{
    protected override async Task FlipAsync(string segment, long position)
    {
        await using var file = new FileStream(Path.Combine(backend.DataPath, segment), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = position;
        var flipped = (byte)(file.ReadByte() ^ 255);
        file.Position = position;
        file.WriteByte(flipped);
    }

    protected override async Task PutAsync(string key, byte[] bytes)
    {
        var path = Path.Combine(backend.DataPath, key);
        if (key.EndsWith('/'))
        {
            Directory.CreateDirectory(Path.Combine(path, "folder"));
            return;
        }

        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
    }
}

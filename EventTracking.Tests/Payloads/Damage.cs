using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Payloads;

/// <summary>Damages a payload as a broken disk does.</summary>
internal static class Damage
{
    /// <summary>Flips a bit in the middle of the payload.</summary>
    public static void Flip(string dataPath, PayloadPointer pointer)
    {
        using var segment = new FileStream(Path.Combine(dataPath, pointer.Segment), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        segment.Position = pointer.Offset + (pointer.Length / 2);
        var flipped = (byte)(segment.ReadByte() ^ 1);
        segment.Position--;
        segment.WriteByte(flipped);
    }
}

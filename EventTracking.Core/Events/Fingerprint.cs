using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EventTracking.Core.Events;

/// <summary>
/// Groups failures with the same cause: by the function and the error's code, which survives refactoring; without a code by the function, the
/// innermost exception's type and the innermost stack frame of our own code; and without a frame by the words of the message that do not
/// vary. It begins with the version of this rule. Failures of an earlier version keep their fingerprint.
/// </summary>
internal static partial class Fingerprint
{
    private const string Version = "2-";
    private const int Length = 16;
    private const string OwnFrames = "EventTracking.";

    public static string Of(string function, string code) => Hash([function, "code", code]);

    /// <param name="function">The function that failed.</param>
    /// <param name="type">The type of the innermost exception.</param>
    /// <param name="ownFrame">The innermost frame of our own code; null if there is none.</param>
    /// <param name="message">The message of the innermost exception, which is used only if no frame is our own.</param>
    public static string Of(string function, string type, string? ownFrame, string message) =>
        ownFrame is null ? Hash([function, "message", type, MessageMask.FirstLine(message)]) : Hash([function, "frame", type, ownFrame]);

    /// <summary>Whether a text has the form of a fingerprint, of this version or the one before.</summary>
    public static bool IsOne(string text) => Form().IsMatch(text);

    private static string Hash(string[] parts) => Version + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..Length];

    /// <summary>
    /// Returns the innermost frame of our own code in a stack trace as <c>Type.Method</c>; null if there is none. The result is the
    /// same for the managed and the native build, whose traces spell async methods differently.
    /// </summary>
    public static string? InnermostOwnFrame(string? stackTrace)
    {
        foreach (var line in (stackTrace ?? "").AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (text.StartsWith("at " + OwnFrames, StringComparison.Ordinal))
            {
                var end = text.IndexOf('(');
                var frame = (end < 0 ? text : text[..end])["at ".Length..].ToString();
                return StateMachine().Replace(frame, ".$1");
            }
        }

        return null;
    }

    [GeneratedRegex(@"[.+]<(\w+)>d__\d+(?:`\d+)?\.MoveNext$")]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"^(\d-[0-9a-f]{16}|[0-9a-f]{8})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

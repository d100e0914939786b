using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EventTracking.Core.Events;

/// <summary>
/// Groups failures with the same cause by a hash of the function, the exception type, the innermost stack frame of our own code and the error code.
/// Messages are not included, because they contain ids and quantities.
/// </summary>
internal static partial class Fingerprint
{
    private const int Length = 16;
    private const string OwnFrames = "EventTracking.";

    public static string Of(string function, string exceptionType, string? ownFrame, string? code)
    {
        var name = string.Join('\n', function, exceptionType, ownFrame, code);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..Length];
    }

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
}

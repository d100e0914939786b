using EventTracking.Core.Events;

namespace EventTracking.Core.Functions;

/// <summary>
/// Turns an exception into what an operator needs to know. Texts are trimmed only after secrets are masked, because half a
/// secret would not be recognized.
/// </summary>
internal static class FailureCapture
{
    private const int MaxMessageLength = 1000;
    private const int MaxStackLength = 2000;
    private const int MaxCauses = 8;

    public static Failure Describe(Exception exception, EventContext context)
    {
        var type = exception.GetType().Name;
        var code = (exception as FunctionException)?.Code;
        var innermost = Innermost(exception);
        var frame = Fingerprint.InnermostOwnFrame(innermost.StackTrace) ?? Fingerprint.InnermostOwnFrame(exception.StackTrace);
        return new Failure(
            type,
            code,
            exception.Message,
            [.. Causes(exception)],
            context.LastStep,
            exception.StackTrace,
            Fingerprint.Of(context.Event.Function, type, frame, code),
            RetryRules.IsTransient(exception));
    }

    /// <summary>Masks the secrets in a failure and then limits its size.</summary>
    public static Failure Redact(Failure failure, Func<string, string> redact) => failure with
    {
        Message = Trim(redact(failure.Message), MaxMessageLength),
        Causes = [.. failure.Causes.Select(cause => Trim(redact(cause), MaxMessageLength))],
        Step = failure.Step is null ? null : redact(failure.Step),
        Stack = failure.Stack is null ? null : Trim(redact(failure.Stack), MaxStackLength),
    };

    private static IEnumerable<string> Causes(Exception exception)
    {
        var inner = exception.InnerException;
        for (var depth = 0; inner is not null && depth < MaxCauses; depth++, inner = inner.InnerException)
        {
            yield return $"{inner.GetType().Name}: {inner.Message}";
        }
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }

    /// <summary>Limits the length of a message.</summary>
    public static string Trim(string message) => Trim(message, MaxMessageLength);

    private static string Trim(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "…");
}

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
    private const int MaxNameLength = 200;
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
            code is { Length: > 0 }
                ? Fingerprint.Of(context.Event.Function, code)
                : Fingerprint.Of(context.Event.Function, innermost.GetType().Name, frame, innermost.Message),
            RetryRules.IsTransient(exception))
        {
            HttpStatus = HttpStatusOf(exception),
        };
    }

    /// <summary>Masks the secrets in a failure and then limits its size.</summary>
    public static Failure Redact(Failure failure, Func<string, string> redact) => failure with
    {
        Type = OneLine(failure.Type),
        Code = failure.Code is null ? null : OneLine(failure.Code),
        Fingerprint = OneLine(failure.Fingerprint),
        Message = Trim(redact(failure.Message), MaxMessageLength),
        Causes = [.. failure.Causes.Take(MaxCauses).Select(cause => Trim(redact(cause), MaxMessageLength))],
        Step = failure.Step is null ? null : Trim(redact(failure.Step), MaxNameLength),
        Stack = failure.Stack is null ? null : Trim(redact(failure.Stack), MaxStackLength),
    };

    /// <summary>The innermost status counts, because that is the response itself.</summary>
    private static int? HttpStatusOf(Exception exception)
    {
        int? status = null;
        Exception? current = exception;
        for (var depth = 0; current is not null && depth <= MaxCauses; depth++, current = current.InnerException)
        {
            status = current is HttpRequestException { StatusCode: { } code } ? (int)code : status;
        }

        return status;
    }

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

    /// <summary>Functions that describe their failures themselves may choose any name. Listings carry it in every entry.</summary>
    private static string OneLine(string name) => Trim(name.ReplaceLineEndings(" "), MaxNameLength);

    private static string Trim(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Lambda's Runtime API, which hands out events one by one and receives their results.</summary>
/// <param name="address">Host and port.</param>
/// <param name="redactor">Masks secrets in reported failures. It is resolved for each report, and is null if no secrets are known.</param>
internal sealed class RuntimeApi(string address, Func<SecretRedactor?> redactor) : IDisposable
{
    /// <summary>The variable with its address, which is set only in Lambda.</summary>
    public const string Setting = "AWS_LAMBDA_RUNTIME_API";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    // Without time-outs, because the process may be frozen for hours while it waits for the next event, and without tracing,
    // because these calls are not part of any trace.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseCookies = false,
        UseProxy = false,
    })
    {
        BaseAddress = new Uri($"http://{address}/2018-06-01/runtime/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Waits for the next event.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "invocation/next", null, cancellationToken);
        Require(response, HttpStatusCode.OK);
        return new Invocation(
            Header(response, "Lambda-Runtime-Aws-Request-Id") ?? throw new LambdaHostException("Lambda sent an event without a request id."),
            ReadDeadline(Header(response, "Lambda-Runtime-Deadline-Ms")),
            Header(response, "Lambda-Runtime-Trace-Id"),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"),
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>Sends the response; false if Lambda rejects it, e.g. because the invocation has timed out.</summary>
    public Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> answer) =>
        PostAsync($"invocation/{requestId}/response", new ReadOnlyMemoryContent(answer) { Headers = { ContentType = Json } });

    /// <summary>Reports that the invocation failed.</summary>
    public Task<bool> FailAsync(string requestId, Exception exception) => ReportAsync($"invocation/{requestId}/error", exception, ErrorReport.TypeOf("Function", exception));

    /// <summary>Reports that the process cannot serve. Failures of the report are ignored, because the process is about to end.</summary>
    public Task FailInitAsync(Exception exception, string? type = null) => ReportLastAsync("init/error", exception, type ?? ErrorReport.TypeOf("Runtime", exception));

    /// <summary>Reports that the restored process cannot continue. Failures of the report are ignored here, too.</summary>
    public Task FailRestoreAsync(Exception exception) => ReportLastAsync("restore/error", exception, "Runtime.AfterRestoreError");

    /// <summary>Lets Lambda take the snapshot; returns in a restored process, perhaps days later.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "restore/next", null, cancellationToken);
        Require(response, HttpStatusCode.OK);
    }

    public void Dispose() => http.Dispose();

    private async Task ReportLastAsync(string path, Exception exception, string type)
    {
        try
        {
            await ReportAsync(path, exception, type);
        }
        catch (LambdaHostException)
        {
            // The exit code reports the failure as well.
        }
    }

    private Task<bool> ReportAsync(string path, Exception exception, string type)
    {
        var report = new ErrorReport(exception, redactor());
        return PostAsync(path, new ReadOnlyMemoryContent(report.Write())
        {
            Headers = { ContentType = ErrorJson },
        }, ("Lambda-Runtime-Function-Error-Type", type), ("Lambda-Runtime-Function-XRay-Error-Cause", report.XRayCause()));
    }

    private async Task<bool> PostAsync(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, path, content, CancellationToken.None, headers);
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            // Lambda's signal to end at once.
            Require(response, HttpStatusCode.Accepted);
        }

        return response.StatusCode == HttpStatusCode.Accepted;
    }

    /// <exception cref="LambdaHostException">There was no response, or only a part of one.</exception>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new LambdaHostException("The Runtime API did not respond.", exception);
        }
    }

    /// <summary>Null if the text is not a time; the invocation then gets the longest time that Lambda allows.</summary>
    private static DateTimeOffset? ReadDeadline(string? milliseconds) =>
        long.TryParse(milliseconds, CultureInfo.InvariantCulture, out var time) && time >= 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(time)
            : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static void Require(HttpResponseMessage response, HttpStatusCode expected)
    {
        if (response.StatusCode != expected)
        {
            throw new LambdaHostException($"The Runtime API responded with {(int)response.StatusCode}.");
        }
    }
}

/// <summary>The host cannot continue, and Lambda knows it or cannot be reached.</summary>
internal sealed class LambdaHostException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The service does not recognize the event.</summary>
internal sealed class UnreadableEventException(string message, Exception? innerException = null) : Exception(message, innerException);

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Lambda's Runtime API: hands out events one by one, and takes what became of them.</summary>
/// <param name="address">Host and port.</param>
/// <param name="redactor">Masks secrets in what is told of failures; asked for when there is one to tell, null where none are known.</param>
internal sealed class RuntimeApi(string address, Func<SecretRedactor?> redactor) : IDisposable
{
    /// <summary>Where it is; set in Lambda only.</summary>
    public const string Setting = "AWS_LAMBDA_RUNTIME_API";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    // Without time-outs: the process may be frozen for hours while it waits for the next event. And without a trace: these
    // calls are no part of what is traced.
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
            Header(response, "Lambda-Runtime-Aws-Request-Id") ?? throw new LambdaHostException("Lambda handed out an event without an id."),
            long.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture, out var deadline) ? DateTimeOffset.FromUnixTimeMilliseconds(deadline) : null,
            Header(response, "Lambda-Runtime-Trace-Id"),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"),
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>Gives the answer; false where Lambda refused it, e.g. because its time is over.</summary>
    public Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> answer) =>
        PostAsync($"invocation/{requestId}/response", new ReadOnlyMemoryContent(answer) { Headers = { ContentType = Json } });

    /// <summary>Tells that the invocation failed.</summary>
    public Task<bool> FailAsync(string requestId, Exception exception) => TellAsync($"invocation/{requestId}/error", exception, ErrorReport.TypeOf("Function", exception));

    /// <summary>Tells that the process cannot serve; whatever comes of it, the process is about to end.</summary>
    public Task FailInitAsync(Exception exception, string? type = null) => TellLastAsync("init/error", exception, type ?? ErrorReport.TypeOf("Runtime", exception));

    /// <summary>Tells that the copy of the process cannot go on; likewise.</summary>
    public Task FailRestoreAsync(Exception exception) => TellLastAsync("restore/error", exception, "Runtime.AfterRestoreError");

    /// <summary>Has the snapshot taken; returns in a copy of the process, perhaps days later.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "restore/next", null, cancellationToken);
        Require(response, HttpStatusCode.OK);
    }

    public void Dispose() => http.Dispose();

    private async Task TellLastAsync(string path, Exception exception, string type)
    {
        try
        {
            await TellAsync(path, exception, type);
        }
        catch (LambdaHostException)
        {
            // The exit code says the same.
        }
    }

    private Task<bool> TellAsync(string path, Exception exception, string type)
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
            // Lambda's word for: end at once.
            Require(response, HttpStatusCode.Accepted);
        }

        return response.StatusCode == HttpStatusCode.Accepted;
    }

    /// <exception cref="LambdaHostException">There was no answer, or only a part of one.</exception>
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
            throw new LambdaHostException("The Runtime API does not answer.", exception);
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static void Require(HttpResponseMessage response, HttpStatusCode expected)
    {
        if (response.StatusCode != expected)
        {
            throw new LambdaHostException($"The Runtime API answered {(int)response.StatusCode}.");
        }
    }
}

/// <summary>The host can go on no longer; it was the last to be told, or nobody is left to be told.</summary>
internal sealed class LambdaHostException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The event as a whole is none that the service takes.</summary>
internal sealed class UnreadableEventException(string message, Exception? innerException = null) : Exception(message, innerException);

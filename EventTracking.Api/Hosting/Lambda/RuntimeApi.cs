using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Lambda's Runtime API: hands out events one by one, and takes what became of them.</summary>
internal sealed class RuntimeApi(string address) : IDisposable
{
    /// <summary>Where it is; set in Lambda only.</summary>
    public const string Setting = "AWS_LAMBDA_RUNTIME_API";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    // Without time-outs: the process may be frozen for hours while it waits for the next event. And without a trace: these
    // calls are no part of what is traced.
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>Waits for the next event.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        try
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
        catch (HttpRequestException exception)
        {
            throw new LambdaHostException("The Runtime API hands out no more events.", exception);
        }
    }

    /// <summary>Gives the answer; false where Lambda refused it, e.g. because its time is over.</summary>
    public Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> answer) =>
        PostAsync($"invocation/{requestId}/response", new ReadOnlyMemoryContent(answer) { Headers = { ContentType = Json } });

    /// <summary>Tells that the invocation failed.</summary>
    public Task<bool> FailAsync(string requestId, Exception exception) =>
        PostAsync($"invocation/{requestId}/error", Report(exception), ErrorReport.TypeOf("Function", exception), ErrorReport.XRayCause(exception));

    /// <summary>Tells that the process cannot serve; whatever comes of it, the process is about to end.</summary>
    public async Task FailInitAsync(string type, Exception exception)
    {
        try
        {
            await PostAsync("init/error", Report(exception), type, ErrorReport.XRayCause(exception));
        }
        catch (LambdaHostException)
        {
            // The exit code says the same.
        }
    }

    /// <summary>Has the snapshot taken; returns in a copy of the process, perhaps days later.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "restore/next", null, cancellationToken);
        Require(response, HttpStatusCode.OK);
    }

    public void Dispose() => http.Dispose();

    private static ReadOnlyMemoryContent Report(Exception exception) => new(ErrorReport.Write(exception)) { Headers = { ContentType = ErrorJson } };

    private async Task<bool> PostAsync(string path, HttpContent content, string? errorType = null, string? cause = null)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Post, path, content, CancellationToken.None, errorType, cause);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                // Lambda's word for: end at once.
                Require(response, HttpStatusCode.Accepted);
            }

            return response.StatusCode == HttpStatusCode.Accepted;
        }
        catch (HttpRequestException exception)
        {
            throw new LambdaHostException("The Runtime API takes no more answers.", exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? errorType = null, string? cause = null)
    {
        using var request = new HttpRequestMessage(method, $"http://{address}/2018-06-01/runtime/{path}") { Content = content };
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-XRay-Error-Cause", cause);
        }

        return await http.SendAsync(request, cancellationToken);
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

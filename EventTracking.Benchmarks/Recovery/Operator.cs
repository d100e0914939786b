using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EventTracking.Benchmarks.Processes;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>An operator at the product's API, whose requests are counted.</summary>
internal sealed class Operator : IDisposable
{
    private readonly HttpClient http = new();

    /// <summary>Where the product listens; null while it is down.</summary>
    public Uri? Product { get; set; }

    public int Requests { get; private set; }

    /// <summary>Makes a request and returns the answer and how long it took.</summary>
    /// <exception cref="HttpRequestException">The product is down or refuses.</exception>
    public async Task<(JsonElement Answer, double Seconds)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        Requests++;
        var watch = Stopwatch.StartNew();
        var answer = await SendAsync(method, path, body);
        return (answer, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Asks how far a job is. Polls are not counted.</summary>
    /// <returns>Null while the product is down.</returns>
    public async Task<JsonElement?> PollAsync(string job)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, $"replays/{job}", null);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Product ?? throw new HttpRequestException("The product is down."), path));
        request.Headers.Add("X-Api-Key", ProductServer.Key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement.Clone() : throw new HttpRequestException($"{method} {path} got {(int)response.StatusCode}: {text}");
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using EventTracking.Core.Functions;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Testing.Files;
using EventTracking.Tests.Records;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Stock.Connectors;

/// <summary>The real clients, with their whole pipeline, and a far end that sends any bytes over HTTP.</summary>
internal sealed class FarEnd : IAsyncDisposable
{
    public const string ShopifyToken = "token-of/shopify==";
    public const string StaffToken = "token-of/brightpearl==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> requests = [];
    private readonly SeparateRecords records = new();
    private readonly ServiceProvider services;
    private readonly Task serving;
    private int sent;

    public FarEnd(params (string Key, string Value)[] settings)
    {
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        var all = SandboxApp.Settings([("Shopify:BaseAddress", address), ("Brightpearl:BaseAddress", address), ("Shopify:AccessToken", ShopifyToken), ("Brightpearl:StaffToken", StaffToken), .. settings]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var collection = new ServiceCollection();
        records.AddTo(collection);
        services = collection
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(new SecretRedactor([ShopifyToken, StaffToken]))
            .AddStockLocations(configuration)
            .AddShopify(configuration)
            .AddBrightpearl(configuration, "fan-out")
            .BuildServiceProvider();
        serving = ServeAsync();
    }

    public ObservedTime Time { get; } = new();

    public ShopifyClient Shopify => services.GetRequiredService<ShopifyClient>();

    public BrightpearlClient Brightpearl => services.GetRequiredService<BrightpearlClient>();

    /// <summary>The responses, one after the other; the last one is sent again and again.</summary>
    public IReadOnlyList<string> Responses
    {
        get;
        set
        {
            lock (requests)
            {
                (field, sent) = (value, 0);
            }
        }
    } = [];

    public int Calls => Requests.Count;

    /// <summary>The requests that arrived: their heads and bodies.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>A response with a JSON body.</summary>
    public static string Json(string body, int status = 200, params string[] headers) =>
        $"HTTP/1.1 {status} Status\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>A recorded response. Its line ends and length are set again, because they do not survive every editor.</summary>
    public static string Recorded(string name)
    {
        var parts = Case(name).ReplaceLineEndings("\n").Split("\n\n", 2);
        var head = parts[0].Split('\n').Where(line => !line.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase));
        return $"{string.Join("\r\n", head)}\r\nContent-Length: {Encoding.UTF8.GetByteCount(parts[1])}\r\n\r\n{parts[1]}";
    }

    /// <summary>A body, or a whole response, that failed once.</summary>
    public static string Case(string name) => File.ReadAllText(Repository.PathOf("EventTracking.Tests", "Stock", "Connectors", "Cases", name)).TrimEnd();

    /// <summary>Completes a call that waits only between its tries.</summary>
    public Task<T> SkipPausesAsync<T>(Task<T> call) =>
        Time.SkipPausesAsync(call, SandboxApp.CallTimeout, SandboxApp.TryTimeout).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

    public Task<PostponedException> PostponedAsync<T>(Task<T> call) => Assert.ThrowsAsync<PostponedException>(() => SkipPausesAsync(call));

    public Task<ConnectorException> FailureOfAsync<T>(Task<T> call) => Assert.ThrowsAsync<ConnectorException>(() => SkipPausesAsync(call));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        await services.DisposeAsync();
        records.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync(stop.Token);
                await RespondAsync(connection.GetStream());
            }
        }
        catch (Exception exception) when (stop.IsCancellationRequested && exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task RespondAsync(NetworkStream stream)
    {
        var request = await ReadAsync(stream);
        string response;
        lock (requests)
        {
            requests.Add(request);
            response = Responses[Math.Min(++sent, Responses.Count) - 1];
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(response.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)), stop.Token);
    }

    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), stop.Token);
            length += count;
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (end >= 0 && length >= end + 4 + BodyLength(text[..end])))
            {
                return text;
            }
        }
    }

    private static int BodyLength(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using EventTracking.Api.Authorization;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Durability;

namespace EventTracking.Tests.Hosting;

/// <summary>The service in its own process on its own port, which can be killed and restarted on the same data.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, string?> environment;
    private readonly bool ownsData;
    private readonly string[] wrapper;
    private readonly List<string> output = [];
    private Process? process;

    private ServiceProcess(string? data, string[] wrapper, Dictionary<string, string?> environment)
    {
        DataPath = data ?? Directory.CreateTempSubdirectory("service-").FullName;
        ownsData = data is null;
        this.wrapper = wrapper;
        this.environment = environment;
    }

    public string DataPath { get; }

    public int Id => process!.Id;

    public HttpClient Http { get; private set; } = new();

    /// <summary>The output of the process. The last lines may still arrive after it has ended.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>A process that only runs the sandbox and survives while others are killed.</summary>
    public static Task<ServiceProcess> StartSandboxAsync() => StartAsync(new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Sandbox__Echo"] = "false",
        ["Sandbox__BrightpearlCallsPerMinute"] = "1000000",
    });

    /// <summary>What <c>dotnet run</c> starts for a new user: the service and its sandbox in one process.</summary>
    public static Task<ServiceProcess> StartDevelopmentAsync(Dictionary<string, string?>? settings = null) => StartAsync(new(settings ?? [])
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Sandbox__BrightpearlCallsPerMinute"] = "1000000",
        ["Brightpearl__RequestsPerMinute"] = "10000",
    });

    /// <summary>The service in Production, with another process's sandbox as its Shopify and Brightpearl.</summary>
    public static Task<ServiceProcess> StartAsync(ServiceProcess sandbox, string key, Dictionary<string, string?>? settings = null) =>
        StartAsync(new Uri(sandbox.Http.BaseAddress!, "sandbox/"), key, settings);

    /// <summary>The service in Production on a disk of the test, which may need a program that starts the service.</summary>
    public static Task<ServiceProcess> StartAsync(ServiceProcess sandbox, string key, SmallDisk disk) =>
        StartAsync(Production(new Uri(sandbox.Http.BaseAddress!, "sandbox/"), key, settings: null), disk.DataPath, disk.Wrapper);

    /// <summary>The service in Production, with the given Shopify and Brightpearl.</summary>
    public static Task<ServiceProcess> StartAsync(Uri others, string key, Dictionary<string, string?>? settings = null) => StartAsync(Production(others, key, settings));

    /// <summary>Runs one of the service's commands as a process and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunCommandAsync(string command, Dictionary<string, string?> settings)
    {
        using var process = Process.Start(Compose([], command, settings))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + error);
    }

    /// <summary>The service in Production, with secrets from a parameter store that are due for a refresh at once.</summary>
    public static Task<ServiceProcess> StartWithSecretsAsync(Uri parameterStore, string path) => StartAsync(SecretsEnvironment(parameterStore, path));

    public static Dictionary<string, string?> SecretsEnvironment(Uri parameterStore, string path) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["AWS_ENDPOINT_URL_SSM"] = parameterStore.ToString(),
        ["AWS_REGION"] = "eu-west-1",
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["EventTracking__Secrets__SsmPath"] = path,
        ["EventTracking__Secrets__RefreshInterval"] = "00:00:00.001",
        ["Shopify__ShopDomain"] = "example.myshopify.com",
        ["Shopify__LocationId"] = "24826418",
        ["Brightpearl__Account"] = "example",
        ["Brightpearl__BaseAddress"] = "https://brightpearl.invalid/",
        ["Brightpearl__AppRef"] = "example_app",
    };

    /// <summary>Kills the process without a graceful shutdown, whatever it is doing.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
        process = null;
    }

    public async Task RestartAsync() => await RunAsync();

    /// <summary>Restarts the service and kills it after the given time, however far its start is by then.</summary>
    public async Task RestartAndKillAsync(TimeSpan after)
    {
        _ = Launch();
        await Task.Delay(after, TimeProvider.System, TestContext.Current.CancellationToken);
        await KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var end = "";
        if (process is not null)
        {
            end = process.HasExited ? $"The service exited unexpectedly with code {process.ExitCode}: {Output}" : "";
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Http.Dispose();
        if (ownsData)
        {
            Directory.Delete(DataPath, recursive: true);
        }

        // Report why the process ended, because its clients have only seen refused connections.
        Assert.True(end.Length == 0, end);
    }

    private static Dictionary<string, string?> Production(Uri others, string key, Dictionary<string, string?>? settings) => With(settings, new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["EventTracking__ApiKeys__0__Name"] = "otto",
        ["EventTracking__ApiKeys__0__Role"] = "operator",
        ["EventTracking__ApiKeys__0__Hash"] = ApiKey.HashText(key),
        ["EventTracking__FirstBackoff"] = "00:00:00.050",
        ["EventTracking__MaxBackoff"] = "00:00:01",
        ["EventTracking__SweepInterval"] = "00:00:01",
        ["Shopify__ShopDomain"] = "sandbox-store.myshopify.com",
        ["Shopify__BaseAddress"] = $"{others}shopify/",
        ["Shopify__AccessToken"] = "sandbox-access-token",
        ["Shopify__WebhookSecrets__0"] = "sandbox-client-secret",
        ["Shopify__LocationId"] = "24826418",
        ["Brightpearl__Account"] = "sandbox",
        ["Brightpearl__BaseAddress"] = $"{others}brightpearl/",
        ["Brightpearl__AppRef"] = "sandbox-app",
        ["Brightpearl__StaffToken"] = "sandbox-staff-token",
        ["Brightpearl__WebhookKeys__0"] = "sandbox-webhook-key-1",
        ["Brightpearl__WarehouseId"] = "2",
        ["Brightpearl__RequestsPerMinute"] = "10000",
    });

    private static Dictionary<string, string?> With(Dictionary<string, string?>? settings, Dictionary<string, string?> usual)
    {
        foreach (var (name, value) in settings ?? [])
        {
            usual[name] = value;
        }

        return usual;
    }

    private static async Task<ServiceProcess> StartAsync(Dictionary<string, string?> environment, string? data = null, params string[] wrapper)
    {
        var service = new ServiceProcess(data, wrapper, environment);
        await service.RunAsync();
        return service;
    }

    private static ProcessStartInfo Compose(string[] wrapper, string argument, Dictionary<string, string?> environment)
    {
        string[] line = [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll"), argument];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf("EventTracking.Api"),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task RunAsync()
    {
        var listening = Launch();
        Http.Dispose();
        Http = new HttpClient { BaseAddress = await listening.WaitAsync(Patience, TestContext.Current.CancellationToken) };
    }

    /// <summary>The address, available once the service listens.</summary>
    private Task<Uri> Launch()
    {
        var start = Compose(wrapper, "--urls=http://127.0.0.1:0", environment);
        start.Environment["EventTracking__DataPath"] = DataPath;
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The service ended at its start: {Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return address.Task;

        void Note(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.Add(line);
            }

            if (Listening().Match(line) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value + "/"));
            }
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}

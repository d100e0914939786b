using EventTracking.Api.Commands;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Names that no other test uses, and what exists under them once provisioned.</summary>
internal sealed class AwsNames
{
    public string Prefix { get; } = $"t{Guid.NewGuid():N}-"[..12];

    public string EventsTable => $"{Prefix}events";

    public Dictionary<string, string?> Settings => new()
    {
        ["EventTracking:Aws:EventsTable"] = EventsTable,
        ["EventTracking:Aws:ProductsTable"] = $"{Prefix}products",
        ["EventTracking:Aws:PayloadBucket"] = $"{Prefix}payloads",
        ["EventTracking:Aws:QueuePrefix"] = Prefix,
    };

    /// <summary>For a service of its own process: these names, and the backend that uses them.</summary>
    public Dictionary<string, string?> Environment => Settings
        .Append(new("EventTracking:Backend", "Aws"))
        .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);

    /// <summary>Runs the command; what it wrote, by lines.</summary>
    public async Task<List<string>> ProvisionAsync(params string[] settings)
    {
        using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["provision", .. Settings.Select(setting => $"--{setting.Key}={setting.Value}"), .. settings], output, output);
        Assert.Equal(0, exitCode);
        return [.. output.ToString().Split(System.Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)];
    }
}

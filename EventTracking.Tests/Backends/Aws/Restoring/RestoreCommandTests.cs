using System.Diagnostics;
using System.Text.Json.Nodes;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using EventTracking.Testing.Files;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws.Restoring;

/// <summary>The command as operators run it: a process, with its exit code and what it prints.</summary>
public sealed class RestoreCommandTests : IAsyncLifetime
{
    private const string Events = "shop-events";
    private const string Restored = "shop-events-20261123T100000Z";

    private FakeDynamo dynamo = null!;

    public async ValueTask InitializeAsync()
    {
        dynamo = await FakeDynamo.StartAsync();
        dynamo.Unfinished = 0;
        var definition = new AwsResources(Options.Create(new AwsOptions { EventsTable = Events }), Options.Create(new EventTrackingOptions()), new FunctionRegistry([])).Events;
        var table = FakeTable.Of(definition);
        table.ItemsBefore.Add(new JsonObject { ["pk"] = new JsonObject { ["S"] = "a" }, ["sk"] = new JsonObject { ["S"] = "b" } });
        dynamo.Tables[Events] = table;
    }

    public ValueTask DisposeAsync() => dynamo.DisposeAsync();

    [Fact]
    public async Task A_killed_command_is_continued_by_the_same_line()
    {
        dynamo.Fault = (_, operation) => operation == "RestoreTableToPointInTime" ? CallFault.DiesAfter : CallFault.None;
        var killed = await RunAsync();
        Assert.NotEqual(0, killed.ExitCode);
        Assert.Contains(Restored, dynamo.Tables.Keys);

        dynamo.Fault = (_, _) => CallFault.None;
        var (exitCode, output, error) = await RunAsync();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains($"--parameter-overrides RestoredEventsTable={Restored}", output, StringComparison.Ordinal);
        Assert.Single(dynamo.Calls, call => call.StartsWith("Restore", StringComparison.Ordinal));
        Assert.True(dynamo.Tables[Restored].IsProtected);
    }

    [Fact]
    public async Task What_cannot_be_restored_is_said_in_one_line_with_exit_code_1()
    {
        dynamo.Latest = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

        var (exitCode, output, error) = await RunAsync();

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("can be restored to any second from 2026-10-30T00:00:00Z to 2026-11-20T00:00:00Z", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll"), "restore", "--at", "2026-11-23T10:00:00Z", "--only", "events", $"--EventTracking:Aws:EventsTable={Events}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf("EventTracking.Api"),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamo.Address.ToString();
        start.Environment["AWS_REGION"] = "eu-west-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "test";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        using var process = Process.Start(start)!;
        dynamo.Kill = process.Kill;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}

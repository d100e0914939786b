using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Aws.Emulators;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The service on the AWS backend, and the choice of it.</summary>
public sealed class AwsStartTests(AwsEmulators emulators)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_on_what_was_provisioned_is_ready()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        await names.ProvisionAsync();
        await using var api = await StartAsync(names, "aws");

        Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync("/health/ready", Cancellation)).StatusCode);
        Assert.Empty(Directory.GetFileSystemEntries(api.DataPath));
    }

    [Fact]
    public async Task A_service_without_its_resources_does_not_start_and_tells_how_to_make_them()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);

        var refused = await Assert.ThrowsAsync<BackendException>(() => StartAsync(names, "Aws"));

        Assert.Contains($"no table {names.EventsTable}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"no bucket {names.Prefix}payloads", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"no queue {names.Prefix}unrouted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Run 'provision'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_on_a_table_without_an_index_does_not_start_and_names_it()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        var complete = new AwsResources(Options.Create(new AwsOptions { EventsTable = names.EventsTable }), Options.Create(new EventTrackingOptions()), new FunctionRegistry([])).Events;
        using var dynamo = new AmazonDynamoDBClient();
        await dynamo.CreateTableAsync(TableComparison.ToRequest(complete with { Indexes = [.. complete.Indexes.Skip(1)] }), Cancellation);
        while ((await dynamo.DescribeTableAsync(names.EventsTable, Cancellation)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Yield();
        }

        var refused = await Assert.ThrowsAsync<BackendException>(() => StartAsync(names, "Aws"));

        Assert.Contains($"no index {complete.Indexes[0].Name} of the table {names.EventsTable}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"index {complete.Indexes[1].Name}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"no table {names.EventsTable}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_whose_credentials_expired_is_not_ready()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        await names.ProvisionAsync();
        var traffic = new AwsTraffic();
        await using var api = await ApiFixture.StartAsync(
            settings: new(names.Settings) { ["EventTracking:Backend"] = "Aws" }, services: services => services.AddSingleton<HttpClientFactory>(traffic));
        traffic.Response = (_, _) => AwsResponse.Refuse("ExpiredTokenException");

        await (await api.Anonymous.GetAsync("/health/ready", Cancellation)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task In_Lambda_nothing_is_asked_for_since_the_stack_made_it()
    {
        await emulators.RequireAsync();
        await using var api = await ApiFixture.StartAsync(settings: new(new AwsNames().Settings) { ["EventTracking:Backend"] = "Aws", ["AWS_LAMBDA_FUNCTION_NAME"] = "shop-api" });

        Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync("/health/live", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("Azure")]
    [InlineData("")]
    public async Task Another_backend_does_not_exist(string name)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new AwsNames(emulators), name));

        Assert.Equal($"EventTracking:Backend must be 'Embedded' or 'Aws', but is '{name}'.", refused.Message);
    }

    private static Task<ApiFixture> StartAsync(AwsNames names, string backend) =>
        ApiFixture.StartAsync(settings: new(names.Settings) { ["EventTracking:Backend"] = backend });
}

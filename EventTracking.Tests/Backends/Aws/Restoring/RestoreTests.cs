using System.Text.Json.Nodes;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Restoring;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws.Restoring;

/// <summary>Restores tables of a fake DynamoDB, and ends the command at each of its calls.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Events = "shop-events";
    private const string Records = "shop-products";
    private const string RestoredEvents = "shop-events-20261123T100000Z";
    private const string RestoredRecords = "shop-products-20261123T100000Z";
    private const string BackupArn = $"{FakeTable.Region}:table/shop-events/backup/01";

    /// <summary>A bound for the loops over all calls. A run makes a few dozen.</summary>
    private const int MaxCalls = 200;

    private static readonly DateTimeOffset Moment = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly RestorePoint At = new RestorePoint.At(Moment);
    private static readonly ServiceTable[] Both = [ServiceTable.Events, ServiceTable.Records];

    private readonly AwsResources resources = new(
        Options.Create(new AwsOptions { EventsTable = Events, RecordsTable = Records }), Options.Create(new EventTrackingOptions()), new FunctionRegistry([]));

    private FakeDynamo dynamo = null!;

    public async ValueTask InitializeAsync()
    {
        dynamo = await FakeDynamo.StartAsync();
        Reset();
    }

    public ValueTask DisposeAsync() => dynamo.DisposeAsync();

    [Fact]
    public async Task Restores_both_tables_beside_those_in_use_and_says_how_to_switch()
    {
        var before = Live();

        var lines = await RunAsync();

        Assert.Equal(before, Live());
        AssertRestored();
        Assert.Contains($"table {RestoredEvents}: 3 items were read; 1 of them are the same in {Events}, 1 were written since, 1 are not there any more", lines);
        Assert.Contains($"  --parameter-overrides RestoredEventsTable={RestoredEvents} RestoredRecordsTable={RestoredRecords}", lines);
        Assert.Contains($"  --EventTracking:Aws:EventsTable={RestoredEvents} --EventTracking:Aws:RecordsTable={RestoredRecords}", lines);
    }

    [Theory]
    [InlineData(nameof(CallFault.Refused))]
    [InlineData(nameof(CallFault.DiesBefore))]
    [InlineData(nameof(CallFault.DiesAfter))]
    public async Task Whichever_call_ends_it_the_tables_in_use_are_unchanged_and_the_next_run_completes(string fault)
    {
        var before = Live();
        var calls = 0;
        for (; calls < MaxCalls; calls++)
        {
            Reset();
            var last = calls;
            dynamo.Fault = (call, _) => call == last ? Enum.Parse<CallFault>(fault) : CallFault.None;
            if (await Record.ExceptionAsync(() => RunAsync()) is not { } ended)
            {
                break;
            }

            Assert.True(ended is BackendException || (fault != nameof(CallFault.Refused) && ended is OperationCanceledException), $"{dynamo.Calls[last]}: {ended}");
            Assert.Equal(before, Live());

            dynamo.Fault = (_, _) => CallFault.None;
            await RunAsync();

            Assert.Equal(before, Live());
            AssertRestored();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls");
        Assert.InRange(calls, 30, MaxCalls - 1);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_ends_the_same()
    {
        var first = await RunAsync();
        dynamo.Calls.Clear();

        var second = await RunAsync();

        Assert.Equal(first[^4..], second[^4..]);
        Assert.DoesNotContain(dynamo.Calls, IsChange);
        AssertRestored();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_what_would_be_done()
    {
        var lines = await RunAsync(Both, At, dryRun: true);

        Assert.Equal([$"table {Events} as of 2026-11-23T10:00:00Z would be restored as {RestoredEvents}", $"table {Records} as of 2026-11-23T10:00:00Z would be restored as {RestoredRecords}"], lines);
        Assert.DoesNotContain(dynamo.Calls, IsChange);
    }

    [Fact]
    public async Task One_table_is_restored_alone()
    {
        await RunAsync([ServiceTable.Records], At);

        Assert.Equal([Events, Records, RestoredRecords], dynamo.Tables.Keys);
    }

    [Fact]
    public async Task A_restored_table_is_restored_again_under_a_name_with_one_time()
    {
        await RunAsync();
        dynamo.Tables[RestoredEvents].ItemsBefore.AddRange(dynamo.Tables[RestoredEvents].Items);
        var switched = new AwsResources(
            Options.Create(new AwsOptions { EventsTable = RestoredEvents, RecordsTable = Records }), Options.Create(new EventTrackingOptions()), new FunctionRegistry([]));

        await RunAsync([ServiceTable.Events], new RestorePoint.At(Moment.AddDays(1)), of: switched);

        Assert.Contains("shop-events-20261124T100000Z", dynamo.Tables.Keys);
    }

    [Theory]
    [InlineData("2026-10-29T23:59:59Z", "can be restored to any second from 2026-10-30T00:00:00Z to 2026-11-30T11:55:00Z, and 2026-10-29T23:59:59Z is not one of them")]
    [InlineData("2026-11-30T11:55:01Z", "2026-11-30T11:55:01Z is not one of them")]
    public async Task A_second_outside_of_the_window_is_refused_with_the_window(string second, string expected) =>
        Assert.Contains(expected, (await RefusedAsync(point: new RestorePoint.At(DateTimeOffset.Parse(second, System.Globalization.CultureInfo.InvariantCulture)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_begins_unless_all_tables_can_be_restored()
    {
        dynamo.Tables[Records].HasRecovery = false;

        Assert.Contains($"The table {Records} has no point-in-time recovery", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(dynamo.Calls, IsChange);
    }

    [Fact]
    public async Task Another_table_of_the_same_name_is_left_alone()
    {
        dynamo.Tables[RestoredEvents] = FakeTable.Of(resources.Events with { Name = RestoredEvents });
        var before = dynamo.Tables[RestoredEvents].Text;

        Assert.Contains("It is left alone", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(before, dynamo.Tables[RestoredEvents].Text);
    }

    [Fact]
    public async Task A_table_without_items_is_not_switched_to()
    {
        dynamo.Tables[Events].ItemsBefore.Clear();

        Assert.Contains($"{RestoredEvents} was restored and has no items, although {Events} has about 2", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_differs_is_not_switched_to()
    {
        dynamo.Tables[Records].Schema["GlobalSecondaryIndexes"]![0]!["Projection"]!["ProjectionType"] = "KEYS_ONLY";

        Assert.Contains("differs from what the service needs: ProjectionType of index discrepancies is KEYS_ONLY", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_the_table_lacks_is_added()
    {
        dynamo.Tables[Events].Schema["GlobalSecondaryIndexes"]!.AsArray().RemoveAt(2);

        await RunAsync();

        AssertRestored(4);
    }

    [Fact]
    public async Task A_table_that_vanishes_is_not_made_anew_without_its_items()
    {
        dynamo.Fault = (_, operation) =>
        {
            if (operation == "DescribeTimeToLive")
            {
                dynamo.Tables.Remove(RestoredEvents);
            }

            return CallFault.None;
        };

        await RefusedAsync();

        Assert.DoesNotContain(RestoredEvents, dynamo.Tables.Keys);
    }

    [Fact]
    public async Task The_wait_ends_after_a_day_and_another_run_goes_on_with_it()
    {
        dynamo.Unfinished = int.MaxValue;
        Assert.Contains("DynamoDB goes on; run the same command again to wait for it", (await RefusedAsync()).Message, StringComparison.Ordinal);

        dynamo.Tables[RestoredEvents].Unfinished = dynamo.Tables[RestoredRecords].Unfinished = 5;
        await RunAsync();

        AssertRestored();
        Assert.Equal(2, dynamo.Calls.Count(call => call.StartsWith("Restore", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_restore_that_does_not_go_on_is_reported()
    {
        dynamo.Fault = (_, operation) =>
        {
            if (operation == "DescribeTable" && dynamo.Tables.TryGetValue(RestoredEvents, out var restored))
            {
                restored.Stuck = "INACCESSIBLE_ENCRYPTION_CREDENTIALS";
            }

            return CallFault.None;
        };

        Assert.Contains("the table is INACCESSIBLE_ENCRYPTION_CREDENTIALS", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_table_gets_its_name_and_its_last_contents_back()
    {
        Delete(Events);

        var lines = await RunAsync([ServiceTable.Events], new RestorePoint.Deletion());
        var again = await RunAsync([ServiceTable.Events], new RestorePoint.Deletion());

        Assert.Equal([Events, Records], dynamo.Tables.Keys);
        AssertRestored(Events, resources.Events, tags: "");
        Assert.Contains("The restored tables have their old names", lines[^1], StringComparison.Ordinal);
        Assert.Equal(lines[^1], again[^1]);
        Assert.Single(dynamo.Calls, call => call.StartsWith("Restore", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(CallFault.Refused))]
    [InlineData(nameof(CallFault.DiesAfter))]
    public async Task Whichever_call_ends_the_restore_of_a_deleted_table_the_next_run_completes(string fault)
    {
        var calls = 0;
        for (; calls < MaxCalls; calls++)
        {
            Reset();
            Delete(Events);
            var last = calls;
            dynamo.Fault = (call, _) => call == last ? Enum.Parse<CallFault>(fault) : CallFault.None;
            if (await Record.ExceptionAsync(() => RunAsync([ServiceTable.Events], new RestorePoint.Deletion())) is null)
            {
                break;
            }

            dynamo.Fault = (_, _) => CallFault.None;
            await RunAsync([ServiceTable.Events], new RestorePoint.Deletion());
            Assert.Equal([Events, Records], dynamo.Tables.Keys);
            AssertRestored(Events, resources.Events, tags: "");
        }

        Assert.InRange(calls, 15, MaxCalls - 1);
    }

    [Fact]
    public async Task A_deleted_table_comes_beside_the_one_that_was_made_anew()
    {
        Delete(Events);
        dynamo.Tables[Events] = FakeTable.Of(resources.Events);
        var anew = dynamo.Tables[Events].Text;

        var lines = await RunAsync([ServiceTable.Events], new RestorePoint.Deletion());

        Assert.Equal(anew, dynamo.Tables[Events].Text);
        AssertRestored("shop-events-20261129T080000Z", resources.Events, tags: "");
        Assert.Contains("  --parameter-overrides RestoredEventsTable=shop-events-20261129T080000Z", lines);
    }

    [Fact]
    public async Task Without_a_table_and_without_a_backup_it_says_what_there_could_be()
    {
        dynamo.Tables.Remove(Events);

        Assert.Contains("use --deleted instead of --at", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Contains("It makes one when a table with point-in-time recovery is deleted, and keeps it for 35 days", (await RefusedAsync(point: new RestorePoint.Deletion())).Message, StringComparison.Ordinal);
    }

    private static bool IsChange(string call) => !call.StartsWith("Describe", StringComparison.Ordinal) && !call.StartsWith("List", StringComparison.Ordinal)
        && !call.StartsWith("Scan", StringComparison.Ordinal) && !call.StartsWith("BatchGet", StringComparison.Ordinal);

    private static JsonObject Item(string pk, JsonObject sk, string version) => new()
    {
        ["pk"] = new JsonObject { ["S"] = pk },
        ["sk"] = sk,
        ["v"] = new JsonObject { ["B"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(version)) },
    };

    private void Reset()
    {
        dynamo.Tables.Clear();
        dynamo.Backups.Clear();
        dynamo.Deleted.Clear();
        dynamo.Calls.Clear();
        dynamo.Fault = (_, _) => CallFault.None;
        Add(resources.Events, id => new JsonObject { ["S"] = $"01KA{id}" });
        Add(resources.Records, id => new JsonObject { ["N"] = $"{id}" });
    }

    private void Add(TableDefinition definition, Func<int, JsonObject> id)
    {
        var table = FakeTable.Of(definition);
        table.Items.AddRange([Item("a", id(1), "1"), Item("a", id(2), "after")]);
        table.ItemsBefore.AddRange([Item("a", id(1), "1"), Item("a", id(2), "before"), Item("b", id(3), "1")]);
        table.Tags["team"] = "stock";
        table.Tags["aws:cloudformation:stack-name"] = "shop";
        dynamo.Tables[definition.Name] = table;
    }

    private void Delete(string name)
    {
        var table = dynamo.Tables[name];
        dynamo.Tables.Remove(name);
        dynamo.Deleted[BackupArn] = table;
        foreach (var (arn, of, day) in ((string, string, int)[])[($"{BackupArn}0", name, 20), ("arn:other", "other-events", 30), (BackupArn, name, 29), ("arn:more", $"{name}-2", 30)])
        {
            dynamo.Backups.Add(new JsonObject
            {
                ["BackupArn"] = arn,
                ["TableName"] = of,
                ["BackupName"] = $"{of}$DeletedTableBackup",
                ["BackupStatus"] = "AVAILABLE",
                ["BackupType"] = "SYSTEM",
                ["BackupCreationDateTime"] = new DateTimeOffset(2026, 11, day, 8, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
            });
        }
    }

    private string Live() => $"{dynamo.Tables[Events].Text}\n{dynamo.Tables[Records].Text}";

    private void AssertRestored(int indexes = 4)
    {
        Assert.Equal([Events, RestoredEvents, Records, RestoredRecords], dynamo.Tables.Keys);
        AssertRestored(RestoredEvents, resources.Events, indexes: indexes);
        AssertRestored(RestoredRecords, resources.Records, indexes: 1);
    }

    private void AssertRestored(string name, TableDefinition definition, string tags = "[team, stock]", int indexes = 4)
    {
        var table = dynamo.Tables[name];
        Assert.Equal(3, table.Items.Count);
        Assert.Equal(
            (definition.TimeToLiveAttribute, true, true, tags, indexes),
            (table.TimeToLive, table.HasRecovery, table.IsProtected, string.Join(',', table.Tags), table.Schema["GlobalSecondaryIndexes"]!.AsArray().Count));
    }

    private async Task<BackendException> RefusedAsync(RestorePoint? point = null) => await Assert.ThrowsAsync<BackendException>(() => RunAsync(Both, point ?? At));

    private Task<List<string>> RunAsync() => RunAsync(Both, At);

    private async Task<List<string>> RunAsync(ServiceTable[] tables, RestorePoint point, bool dryRun = false, AwsResources? of = null)
    {
        // A process that died hears nothing any more.
        using var life = new CancellationTokenSource();
        dynamo.Kill = life.Cancel;
        using var client = dynamo.CreateClient();
        var time = new ObservedTime();
        List<string> lines = [];
        var restorer = new AwsRestorer(of ?? resources, client, new AwsEndpoint(false), time);
        return await time.SkipPausesAsync(RestoreAsync());

        async Task<List<string>> RestoreAsync()
        {
            await restorer.RestoreAsync(tables, point, dryRun, lines.Add, life.Token);
            return lines;
        }
    }
}

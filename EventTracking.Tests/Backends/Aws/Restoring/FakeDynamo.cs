using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Tests.Backends.Aws.Restoring;

/// <summary>
/// A fake DynamoDB over HTTP that restores tables, which no emulator does. It knows the operations that a restore may use, and no
/// other: there is none with which anything could be deleted.
/// </summary>
internal sealed class FakeDynamo : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();

    private FakeDynamo(WebApplication app) => this.app = app;

    public SortedDictionary<string, FakeTable> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>The backups of deleted tables.</summary>
    public List<JsonObject> Backups { get; } = [];

    /// <summary>The contents of a backup by its ARN.</summary>
    public Dictionary<string, FakeTable> Deleted { get; } = [];

    public DateTimeOffset Earliest { get; set; } = new(2026, 10, 30, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Latest { get; set; } = new(2026, 11, 30, 11, 55, 0, TimeSpan.Zero);

    /// <summary>How often a restored table is seen as being made.</summary>
    public int Unfinished { get; set; } = 3;

    /// <summary>The calls, each with the table or resource that it names.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Receives the number of a call, from zero, and its operation, and says what befalls it.</summary>
    public Func<int, string, CallFault> Fault { get; set; } = (_, _) => CallFault.None;

    /// <summary>Called when a fault kills the client.</summary>
    public Action Kill { get; set; } = () => { };

    public Uri Address => new(app.Urls.First());

    public static async Task<FakeDynamo> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeDynamo(builder.Build());
        fake.app.MapPost("/", fake.AnswerAsync);
        await fake.app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    public IAmazonDynamoDB CreateClient() => new AmazonDynamoDBClient(
        new BasicAWSCredentials("test", "test"),
        new AmazonDynamoDBConfig { ServiceURL = Address.ToString(), AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var operation = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[1];
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        CallFault fault;
        (int Status, JsonObject Body) answer;
        lock (gate)
        {
            Calls.Add($"{operation} {request["TableName"] ?? request["TargetTableName"] ?? request["ResourceArn"]}".TrimEnd());
            fault = Fault(Calls.Count - 1, operation);
            answer = fault switch
            {
                CallFault.Refused => (400, Error("AccessDeniedException", "not allowed")),
                CallFault.DiesBefore => (500, []),
                _ => Run(operation, request),
            };
        }

        if (fault is CallFault.DiesBefore or CallFault.DiesAfter)
        {
            Kill();
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/x-amz-json-1.0";
        await context.Response.WriteAsync(answer.Body.ToJsonString(), context.RequestAborted);
    }

    private (int Status, JsonObject Body) Run(string operation, JsonObject request)
    {
        try
        {
            return (200, Do(operation, request));
        }
        catch (RefusedException refused)
        {
            return (400, Error(refused.Code, refused.Message));
        }
    }

    private JsonObject Do(string operation, JsonObject request) => operation switch
    {
        "DescribeTable" => new() { ["Table"] = Find(request).Describe() },
        "DescribeContinuousBackups" => Continuous(Find(request)),
        "UpdateContinuousBackups" => Set(Find(request), table => table.HasRecovery = (bool)request["PointInTimeRecoverySpecification"]!["PointInTimeRecoveryEnabled"]!, Continuous),
        "DescribeTimeToLive" => new() { ["TimeToLiveDescription"] = TimeToLive(Find(request)) },
        "UpdateTimeToLive" => Set(Find(request), table => table.TimeToLive = (string)request["TimeToLiveSpecification"]!["AttributeName"]!, _ => []),
        "UpdateTable" => Set(Find(request), table => Update(table, request), table => new() { ["TableDescription"] = table.Describe() }),
        "ListTagsOfResource" => new() { ["Tags"] = new JsonArray([.. FindByArn(request).Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]) },
        "TagResource" => Set(FindByArn(request), table => Tag(table, request["Tags"]!.AsArray()), _ => []),
        "ListBackups" => ListBackups(request),
        "RestoreTableToPointInTime" => Restore(request, Tables.Values.Single(table => table.Arn == (string)request["SourceTableArn"]!), new() { ["SourceTableArn"] = (string)request["SourceTableArn"]!, ["RestoreDateTime"] = request["RestoreDateTime"]!.DeepClone() }),
        "RestoreTableFromBackup" => Restore(request, Deleted[(string)request["BackupArn"]!], new() { ["SourceBackupArn"] = (string)request["BackupArn"]!, ["RestoreDateTime"] = 1 }),
        "Scan" => new() { ["Items"] = new JsonArray([.. Find(request).Items.Take((int)request["Limit"]!).Select(item => item.DeepClone())]) },
        "BatchGetItem" => BatchGet(request),
        _ => throw new RefusedException("UnknownOperationException", operation),
    };

    private FakeTable Find(JsonObject request) => Tables.GetValueOrDefault((string)request["TableName"]!) ?? throw new RefusedException("ResourceNotFoundException", "not found");

    private FakeTable FindByArn(JsonObject request) => Tables.Values.SingleOrDefault(table => table.Arn == (string)request["ResourceArn"]!) ?? throw new RefusedException("ResourceNotFoundException", "not found");

    private static JsonObject Set(FakeTable table, Action<FakeTable> change, Func<FakeTable, JsonObject> answer)
    {
        if (table.Unfinished > 0)
        {
            throw new RefusedException("ResourceInUseException", "being made");
        }

        change(table);
        return answer(table);
    }

    private static void Update(FakeTable table, JsonObject request)
    {
        table.IsProtected = (bool?)request["DeletionProtectionEnabled"] ?? table.IsProtected;
        foreach (var update in request["GlobalSecondaryIndexUpdates"]?.AsArray() ?? [])
        {
            var index = update!["Create"]!.DeepClone();
            index["IndexStatus"] = "ACTIVE";
            table.Schema["GlobalSecondaryIndexes"]!.AsArray().Add(index);
        }
    }

    private static void Tag(FakeTable table, JsonArray tags)
    {
        foreach (var tag in tags)
        {
            var key = (string)tag!["Key"]!;
            if (key.StartsWith("aws:", StringComparison.Ordinal))
            {
                throw new RefusedException("ValidationException", "reserved");
            }

            table.Tags[key] = (string)tag["Value"]!;
        }
    }

    private JsonObject Continuous(FakeTable table)
    {
        var recovery = new JsonObject { ["PointInTimeRecoveryStatus"] = table.HasRecovery ? "ENABLED" : "DISABLED" };
        if (table.HasRecovery)
        {
            recovery["EarliestRestorableDateTime"] = Earliest.ToUnixTimeMilliseconds() / 1000m;
            recovery["LatestRestorableDateTime"] = Latest.ToUnixTimeMilliseconds() / 1000m;
        }

        return new() { ["ContinuousBackupsDescription"] = new JsonObject { ["ContinuousBackupsStatus"] = "ENABLED", ["PointInTimeRecoveryDescription"] = recovery } };
    }

    private static JsonObject TimeToLive(FakeTable table) =>
        table.TimeToLive is { } attribute ? new() { ["TimeToLiveStatus"] = "ENABLED", ["AttributeName"] = attribute } : new() { ["TimeToLiveStatus"] = "DISABLED" };

    /// <summary>Two backups a page.</summary>
    private JsonObject ListBackups(JsonObject request)
    {
        if ((string?)request["BackupType"] != "SYSTEM")
        {
            return new() { ["BackupSummaries"] = new JsonArray() };
        }

        var skip = int.Parse((string?)request["ExclusiveStartBackupArn"] ?? "0", CultureInfo.InvariantCulture);
        var page = new JsonObject { ["BackupSummaries"] = new JsonArray([.. Backups.Skip(skip).Take(2).Select(backup => backup.DeepClone())]) };
        if (Backups.Count > skip + 2)
        {
            page["LastEvaluatedBackupArn"] = $"{skip + 2}";
        }

        return page;
    }

    private JsonObject Restore(JsonObject request, FakeTable source, JsonObject summary)
    {
        var name = (string)request["TargetTableName"]!;
        if (Tables.ContainsKey(name))
        {
            throw new RefusedException("TableAlreadyExistsException", "exists");
        }

        var restored = new FakeTable { Name = name, Schema = source.Schema.DeepClone().AsObject(), Items = [.. source.ItemsBefore], Restore = summary, Unfinished = Unfinished };
        Tables.Add(name, restored);
        return new() { ["TableDescription"] = restored.Describe() };
    }

    private JsonObject BatchGet(JsonObject request)
    {
        var (name, wanted) = request["RequestItems"]!.AsObject().Single();
        var found = from key in wanted!["Keys"]!.AsArray()
                    from item in Tables[name].Items
                    where key!.AsObject().All(part => JsonNode.DeepEquals(item[part.Key], part.Value))
                    select item.DeepClone();
        return new() { ["Responses"] = new JsonObject { [name] = new JsonArray([.. found]) }, ["UnprocessedKeys"] = new JsonObject() };
    }

    private static JsonObject Error(string code, string message) => new() { ["__type"] = $"com.amazonaws.dynamodb.v20120810#{code}", ["message"] = message };

    private sealed class RefusedException(string code, string message) : Exception(message)
    {
        public string Code => code;
    }
}

/// <summary>What befalls a call.</summary>
internal enum CallFault
{
    None,
    Refused,

    /// <summary>The client ends before the call has an effect.</summary>
    DiesBefore,

    /// <summary>The client ends after the call has had its effect, and before it knows.</summary>
    DiesAfter,
}

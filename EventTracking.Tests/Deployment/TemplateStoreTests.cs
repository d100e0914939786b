using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Restoring;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>The template creates the same stores as the product's own provisioning.</summary>
public class TemplateStoreTests
{
    private readonly Template template;

    public TemplateStoreTests() => template = Product.Open();

    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    [Fact]
    public void The_tables_are_those_of_the_product()
    {
        using var product = Product.Compose(template);
        var resources = product.GetRequiredService<AwsResources>();
        TableDefinition[] expected = [resources.Events, resources.Records];

        Assert.Equal(expected.Select(table => table.Name), template.Of("AWS::DynamoDB::Table").Select(table => table.Name));
        foreach (var definition in expected)
        {
            var table = template.Of("AWS::DynamoDB::Table").Single(table => table.Name == definition.Name).Properties;
            var request = TableComparison.ToRequest(definition);
            Assert.Equal("PAY_PER_REQUEST", (string?)table["BillingMode"]);
            Assert.Equal(Text(request.KeySchema), Text(table["KeySchema"]!));
            Assert.Equal(
                request.AttributeDefinitions.Select(attribute => $"{attribute.AttributeName} {attribute.AttributeType.Value}").Order(),
                table["AttributeDefinitions"]!.AsArray().Select(attribute => $"{attribute!["AttributeName"]} {attribute["AttributeType"]}").Order());
            Assert.Equal(
                request.GlobalSecondaryIndexes.Select(index => $"{index.IndexName}: {Text(index.KeySchema)}; {index.Projection.ProjectionType.Value} {string.Join(',', (index.Projection.NonKeyAttributes ?? []).Order())}"),
                table["GlobalSecondaryIndexes"]!.AsArray().Select(index =>
                    $"{index!["IndexName"]}: {Text(index["KeySchema"]!)}; {index["Projection"]!["ProjectionType"]} {string.Join(',', (index["Projection"]!["NonKeyAttributes"]?.AsArray() ?? []).Select(name => (string)name!).Order())}"));
            Assert.Equal(definition.TimeToLiveAttribute, (string?)table["TimeToLiveSpecification"]?["AttributeName"]);
            Assert.Equal(definition.TimeToLiveAttribute is not null, (bool?)table["TimeToLiveSpecification"]?["Enabled"] ?? false);
            Assert.True((bool)table["PointInTimeRecoverySpecification"]!["PointInTimeRecoveryEnabled"]!);
            Assert.True((bool)table["DeletionProtectionEnabled"]!);
        }
    }

    [Fact]
    public void The_bucket_is_that_of_the_product()
    {
        using var product = Product.Compose(template);
        var expected = product.GetRequiredService<AwsResources>().Payloads;
        var bucket = Assert.Single(template.Of("AWS::S3::Bucket"));
        var rule = bucket.Properties["LifecycleConfiguration"]!["Rules"]!.AsArray().Single(rule => (string)rule!["Id"]! == "event-tracking-payloads")!;

        Assert.Equal(expected.Name, bucket.Name);
        Assert.Equal("Enabled", (string)rule["Status"]!);
        Assert.Equal(expected.Prefix, (string)rule["Prefix"]!);
        var transition = Assert.Single(rule["Transitions"]!.AsArray())!;
        Assert.Equal(("GLACIER_IR", expected.ArchiveDays), ((string)transition["StorageClass"]!, (int)transition["TransitionInDays"]!));
        Assert.Equal(expected.RetentionDays, (int)rule["ExpirationInDays"]!);
        Assert.Equal(1, (int)rule["AbortIncompleteMultipartUpload"]!["DaysAfterInitiation"]!);
        Assert.Equal(4, bucket.Properties["PublicAccessBlockConfiguration"]!.AsObject().Count(block => (bool)block.Value!));
        Assert.Equal("AES256", (string)bucket.Properties["BucketEncryption"]!["ServerSideEncryptionConfiguration"]![0]!["ServerSideEncryptionByDefault"]!["SSEAlgorithm"]!);
    }

    [Fact]
    public void The_bucket_refuses_what_is_not_encrypted_on_its_way()
    {
        var statement = Assert.Single(Assert.Single(template.Of("AWS::S3::BucketPolicy")).Properties["PolicyDocument"]!["Statement"]!.AsArray())!;

        Assert.Equal(("Deny", "*", "s3:*"), ((string)statement["Effect"]!, (string)statement["Principal"]!, (string)statement["Action"]!));
        Assert.Equal("false", (string)statement["Condition"]!["Bool"]!["aws:SecureTransport"]!);
    }

    [Fact]
    public void Every_queue_refuses_what_is_not_encrypted_on_its_way()
    {
        var policies = template.Of("AWS::SQS::QueuePolicy").ToList();

        Assert.Equal(template.Of("AWS::SQS::Queue").Select(queue => queue.Name).Order(), policies.SelectMany(policy => policy.Properties["Queues"]!.AsArray()).Select(queue => (string)queue!).Order());
        Assert.All(policies, policy => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(QueuePolicy.OnlyOverTls), policy.Properties["PolicyDocument"])));
    }

    [Fact]
    public void The_topic_of_the_stack_takes_alarms_and_refuses_what_is_not_encrypted_on_its_way()
    {
        Assert.Empty(template.Of("AWS::SNS::TopicPolicy"));
        var policy = Assert.Single(Product.Open(("AlarmEmail", "ops@example.com")).Of("AWS::SNS::TopicPolicy")).Properties;
        var statements = policy["PolicyDocument"]!["Statement"]!.AsArray();

        Assert.Equal("AlarmTopic", (string)Assert.Single(policy["Topics"]!.AsArray())!);
        Assert.Equal(
            [("Allow", "cloudwatch.amazonaws.com", "sns:Publish"), ("Deny", "*", "sns:Publish")],
            statements.Select(statement => ((string)statement!["Effect"]!, (string)(statement["Principal"] is JsonObject service ? service["Service"] : statement["Principal"])!, (string)statement["Action"]!)));
        Assert.Equal("123456789012", (string)statements[0]!["Condition"]!["StringEquals"]!["aws:SourceAccount"]!);
        Assert.Equal("false", (string)statements[1]!["Condition"]!["Bool"]!["aws:SecureTransport"]!);
    }

    [Fact]
    public void Restored_tables_take_the_place_of_the_stack_s_own_which_remain()
    {
        var chosen = AwsRestorer.ParameterOf(ServiceTable.Events);
        var switched = Product.Open((chosen, "shop-events-20261123T100000Z"), (AwsRestorer.ParameterOf(ServiceTable.Records), "shop-products-20261123T100000Z"), ("AlarmEmail", "ops@example.com"));

        Assert.Equal("shop-events-20261123T100000Z", switched.Settings["EventTracking:Aws:EventsTable"]);
        Assert.Equal("shop-products-20261123T100000Z", switched.Settings["EventTracking:Aws:RecordsTable"]);
        Assert.Equal(template.Of("AWS::DynamoDB::Table").Select(table => table.Properties.ToJsonString()), switched.Of("AWS::DynamoDB::Table").Select(table => table.Properties.ToJsonString()));

        // Each role may do with the restored tables what it may do with those of the stack, and nothing with those any more.
        var (own, other) = (Rights(template), Rights(switched));
        Assert.Contains(own, right => right.Contains("shop-events.Arn", StringComparison.Ordinal));
        Assert.Equal(own.Select(right => Arn("products", Arn("events", right))), other);
        Assert.All(
            switched.Of("AWS::CloudWatch::Alarm").Where(alarm => alarm.Properties.ToJsonString().Contains("TableName", StringComparison.Ordinal)),
            alarm => Assert.DoesNotContain("\"shop-events\"", alarm.Properties.ToJsonString(), StringComparison.Ordinal));

        static string Arn(string table, string right) =>
            right.Replace($"shop-{table}.Arn", $"arn:aws:dynamodb:eu-west-1:123456789012:table/shop-{table}-20261123T100000Z", StringComparison.Ordinal);

        static List<string> Rights(Template of) => [.. of.Of("AWS::IAM::Role").SelectMany(role => TemplateRight.Of(role).Select(right => $"{role.Id} {right.Action} {right.Resource}"))];
    }

    [Fact]
    public void The_queues_are_those_of_the_product()
    {
        using var product = Product.Compose(template);
        var expected = product.GetRequiredService<AwsResources>().Queues.ToList();
        var queues = template.Of("AWS::SQS::Queue").ToDictionary(queue => queue.Name);

        Assert.Equal(expected.SelectMany(queue => new[] { queue.Name, queue.DeadLetters }).Order(), queues.Keys.Order());
        foreach (var definition in expected)
        {
            var redrive = queues[definition.Name].Properties["RedrivePolicy"]!;
            Assert.Equal($"{definition.DeadLetters}.Arn", (string)redrive["deadLetterTargetArn"]!);
            Assert.Equal(definition.MaxReceiveCount, (int)redrive["maxReceiveCount"]!);
            Assert.Null(queues[definition.DeadLetters].Properties["RedrivePolicy"]);
            Assert.All([definition.Name, definition.DeadLetters], name =>
            {
                Assert.Equal(definition.Retention.TotalSeconds, (double)queues[name].Properties["MessageRetentionPeriod"]!);
                Assert.True((bool)queues[name].Properties["SqsManagedSseEnabled"]!);
            });
        }
    }

    [Fact]
    public void Nothing_that_holds_data_is_deleted_with_the_stack()
    {
        string[] stores = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"];

        Assert.All(template.Resources.Where(resource => stores.Contains(resource.Type)), resource =>
        {
            Assert.Equal("Retain", (string?)resource.Text["DeletionPolicy"]);
            Assert.Equal("Retain", (string?)resource.Text["UpdateReplacePolicy"]);
        });
    }

    private static string Text(List<KeySchemaElement> schema) => string.Join(" + ", schema.Select(element => $"{element.AttributeName} {element.KeyType.Value}"));

    private static string Text(JsonNode schema) => string.Join(" + ", schema.AsArray().Select(element => $"{element!["AttributeName"]} {element["KeyType"]}"));
}

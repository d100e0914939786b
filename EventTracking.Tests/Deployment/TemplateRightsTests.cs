using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>Each function has exactly the rights that it needs.</summary>
public class TemplateRightsTests
{
    private readonly Template template;

    public TemplateRightsTests() => template = Product.Open();

    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    [Fact]
    public void No_right_is_for_everything()
    {
        var rights = template.Of("AWS::IAM::Role").SelectMany(role => TemplateRight.Of(role).Select(right => (Role: role.Id, right.Action, right.Resource))).ToList();

        Assert.NotEmpty(rights);
        Assert.All(rights, right =>
        {
            Assert.DoesNotContain("*", right.Action, StringComparison.Ordinal);
            Assert.DoesNotContain("*", right.Resource.EndsWith("/payloads/*", StringComparison.Ordinal) ? right.Resource[..^1] : right.Resource, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_function_sends_to_where_its_events_go_and_to_no_other_queue()
    {
        using var product = Product.Compose(template);
        var routes = product.GetServices<EventRoute>().ToList();
        var functions = product.GetRequiredService<FunctionRegistry>().Names.ToList();

        Assert.Equal(functions.Order(), Product.Functions.Select(function => function.Name).Order());
        foreach (var described in Product.Functions)
        {
            var function = described.Name;
            Assert.Equal(TemplateEntries.TargetsOf(described, routes).Append(function).Distinct().Order(StringComparer.Ordinal).Select(name => $"shop-{name}.Arn"), ResourcesOf(function, "sqs:SendMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:ReceiveMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:DeleteMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:ChangeMessageVisibility"));
        }

        Assert.All(["api", "schedules"], function => Assert.Equal(functions.Order().Select(name => $"shop-{name}.Arn"), ResourcesOf(function, "sqs:SendMessage")));
    }

    [Fact]
    public void Only_the_schedules_delete_payloads_and_no_version_of_any()
    {
        foreach (var function in template.Of("AWS::Serverless::Function").Select(function => function.Name["shop-".Length..]))
        {
            var deletes = template.RightsOf(function).Where(right => right.Action.StartsWith("s3:Delete", StringComparison.Ordinal) || right.Action.StartsWith("s3:Abort", StringComparison.Ordinal)).ToList();
            Assert.Equal(function == "schedules" ? ["s3:AbortMultipartUpload", "s3:DeleteObject"] : [], deletes.Select(right => right.Action));
            Assert.All(deletes, right => Assert.EndsWith(".Arn/payloads/*", right.Resource, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Indexes_are_read_by_those_that_list()
    {
        Assert.Equal(
            ["shop-events.Arn", "shop-events.Arn/index/attention-by-time", "shop-events.Arn/index/by-dependency", "shop-events.Arn/index/by-entity", "shop-products.Arn", "shop-products.Arn/index/discrepancies"],
            ResourcesOf("api", "dynamodb:Query"));
        Assert.Equal(
            ["shop-events.Arn", "shop-events.Arn/index/attention", "shop-events.Arn/index/attention-by-time", "shop-events.Arn/index/by-dependency", "shop-products.Arn/index/discrepancies"],
            ResourcesOf("schedules", "dynamodb:Query"));
        Assert.All(Product.Functions, function => Assert.Equal(
            [.. function.Releases.Take(1).Select(_ => "shop-events.Arn/index/by-dependency"), .. function.Records.Where(operation => operation == "Query").Select(_ => "shop-products.Arn")],
            ResourcesOf(function.Name, "dynamodb:Query")));
    }

    [Fact]
    public void Every_function_reads_its_secrets_and_writes_its_own_log()
    {
        foreach (var function in template.Of("AWS::Serverless::Function").Select(function => function.Name["shop-".Length..]))
        {
            Assert.Equal([$"arn:aws:ssm:eu-west-1:123456789012:parameter{template.Settings["EventTracking:Secrets:SsmPath"]}"], ResourcesOf(function, "ssm:GetParametersByPath"));
            Assert.Equal([$"/aws/lambda/shop-{function}.Arn"], ResourcesOf(function, "logs:PutLogEvents"));
            Assert.Empty(ResourcesOf(function, "kms:Decrypt"));
        }

        var withKey = Product.Open(("SecretsKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/1"));
        Assert.Equal(Product.Functions.Count + 2, withKey.Of("AWS::IAM::Role").Count(role => TemplateRight.Of(role).Contains(new("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"))));
    }

    private IEnumerable<string> ResourcesOf(string function, string action) =>
        template.RightsOf(function).Where(right => right.Action == action).Select(right => right.Resource).Distinct().Order(StringComparer.Ordinal);
}

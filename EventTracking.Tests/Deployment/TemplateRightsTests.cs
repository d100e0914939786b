using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>Each function has exactly the rights that it needs.</summary>
public sealed class TemplateRightsTests
{
    /// <summary>The sources of the events that a function composes.</summary>
    private static readonly Dictionary<string, string[]> Composes = new()
    {
        ["catalog-refresh"] = ["reconciliation"],
        ["fan-out"] = ["fan-out"],
        ["inventory-observed"] = ["import"],
        ["product-import"] = [],
        ["stock-sync"] = ["import"],
        ["unrouted"] = [],
    };

    private readonly Template template = new();

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
        using var product = TemplateProduct.Compose(template);
        var routes = product.GetServices<EventRoute>().ToList();
        var functions = product.GetRequiredService<FunctionRegistry>().Names.ToList();

        Assert.Equal(functions.Order(), Composes.Keys.Order());
        foreach (var (function, sources) in Composes)
        {
            var expected = routes.Where(route => sources.Contains(route.Source)).Select(route => route.Function)
                // Released events are sent to the queues that they came from.
                .Concat(function switch
                {
                    "product-import" => ["inventory-observed", "product-import", "stock-sync"],
                    "inventory-observed" or "stock-sync" => [function],
                    _ => [],
                })
                .Distinct().Order().Select(name => $"shop-{name}.Arn");
            Assert.Equal(expected, ResourcesOf(function, "sqs:SendMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:ReceiveMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:DeleteMessage"));
            Assert.Equal([$"shop-{function}.Arn"], ResourcesOf(function, "sqs:ChangeMessageVisibility"));
        }

        Assert.All(["api", "schedules"], function => Assert.Equal(functions.Order().Select(name => $"shop-{name}.Arn"), ResourcesOf(function, "sqs:SendMessage")));
    }

    [Fact]
    public void Indexes_are_read_by_those_that_list()
    {
        Assert.Equal(["shop-events.Arn", "shop-events.Arn/index/attention", "shop-events.Arn/index/by-entity", "shop-products.Arn/index/discrepancies"], ResourcesOf("api", "dynamodb:Query"));
        Assert.Equal(["shop-events.Arn", "shop-events.Arn/index/attention", "shop-events.Arn/index/by-dependency", "shop-products.Arn/index/discrepancies"], ResourcesOf("schedules", "dynamodb:Query"));
        Assert.Equal(["shop-events.Arn/index/by-dependency"], ResourcesOf("product-import", "dynamodb:Query"));
        Assert.Equal(["shop-products.Arn"], ResourcesOf("catalog-refresh", "dynamodb:Query"));
        Assert.All(["fan-out", "inventory-observed", "stock-sync", "unrouted"], function => Assert.Empty(ResourcesOf(function, "dynamodb:Query")));
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

        var withKey = new Template(("SecretsKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/1"));
        Assert.Equal(8, withKey.Of("AWS::IAM::Role").Count(role => TemplateRight.Of(role).Contains(new("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"))));
    }

    private IEnumerable<string> ResourcesOf(string function, string action) =>
        template.RightsOf(function).Where(right => right.Action == action).Select(right => right.Resource).Order(StringComparer.Ordinal);
}

using System.Text.Json.Nodes;
using EventTracking.Core.Functions;
using EventTracking.Testing.Deployment;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>Each function of the product runs on its queue, and nothing unexpected runs.</summary>
public class TemplateFunctionTests
{
    private readonly Template template;

    public TemplateFunctionTests() => template = Product.Open();

    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    [Fact]
    public void Each_function_of_the_product_has_a_function_on_its_queue()
    {
        using var product = Product.Compose(template);
        var registered = product.GetRequiredService<FunctionRegistry>().All;
        var functions = template.Of("AWS::Serverless::Function").ToDictionary(function => function.Name);
        var queues = template.Of("AWS::SQS::Queue").ToDictionary(queue => queue.Name);

        Assert.Equal(registered.Select(function => $"shop-{function.Name}").Concat(["shop-api", "shop-schedules"]).Order(), functions.Keys.Order());
        Assert.Equal(registered.Count, template.Of("AWS::Lambda::EventSourceMapping").Count());
        foreach (var registration in registered)
        {
            var name = $"shop-{registration.Name}";
            var mapping = Assert.Single(template.Of("AWS::Lambda::EventSourceMapping"), mapping => (string)mapping.Properties["FunctionName"]! == name).Properties;
            Assert.Equal($"{name}.Arn", (string)mapping["EventSourceArn"]!);
            Assert.Equal(registration.Settings.BatchSize, (int)mapping["BatchSize"]!);
            Assert.Equal("ReportBatchItemFailures", (string)Assert.Single(mapping["FunctionResponseTypes"]!.AsArray())!);
            Assert.True((int)mapping["ScalingConfig"]!["MaximumConcurrency"]! >= 2);

            // SQS delivers ten messages at a time; a larger batch needs time to fill up.
            Assert.True(registration.Settings.BatchSize <= 10 || (int)mapping["MaximumBatchingWindowInSeconds"]! >= 1);

            // Twice the time of one event, because some events wait behind others of the batch.
            var timeout = (int)functions[name].Properties["Timeout"]!;
            Assert.True(timeout >= 2 * registration.Settings.Timeout.TotalSeconds, name);

            // What Lambda asks for: six times the function's time-out, and the time in which it gathers a batch.
            Assert.True((int)queues[name].Properties["VisibilityTimeout"]! >= (6 * timeout) + LongestWindow, name);
        }
    }

    private int LongestWindow => (int)template.Parameters.Single(parameter => parameter.Key == "BatchWindowSeconds").Value["MaxValue"]!;

    [Fact]
    public void All_functions_run_the_same_package()
    {
        Assert.Equal(("provided.al2023", "bootstrap", "Active"), ((string)template.Function["Runtime"]!, (string)template.Function["Handler"]!, (string)template.Function["Tracing"]!));
        Assert.Equal("x86_64", (string)Assert.Single(template.Function["Architectures"]!.AsArray())!);
        Assert.All(template.Of("AWS::Serverless::Function"), function => Assert.Equal("artifacts/lambda.zip", (string)function.Properties["CodeUri"]!));
    }

    [Fact]
    public void Each_function_has_a_role_and_a_log_of_its_own()
    {
        var functions = template.Of("AWS::Serverless::Function").ToList();

        Assert.Equal(functions.Count, functions.Select(function => (string)function.Properties["Role"]!).Distinct().Count());
        Assert.Equal(functions.Select(function => $"/aws/lambda/{function.Name}").Order(), template.Of("AWS::Logs::LogGroup").Select(log => log.Name).Order());
        Assert.All(template.Of("AWS::Logs::LogGroup"), log => Assert.Equal(30, (int)log.Properties["RetentionInDays"]!));
    }

    [Fact]
    public void Concurrency_is_reserved_where_a_parameter_says_so()
    {
        var reserving = Product.Open(("ApiReservedConcurrency", 20), ("FunctionReservedConcurrency", 4));

        Assert.All(template.Of("AWS::Serverless::Function"), function => Assert.Null(function.Properties["ReservedConcurrentExecutions"]));
        Assert.Equal(20, (int)reserving.Of("AWS::Serverless::Function").Single(function => function.Name == "shop-api").Properties["ReservedConcurrentExecutions"]!);
        Assert.Equal(4, (int)reserving.Of("AWS::Serverless::Function").Single(function => function.Name == "shop-fan-out").Properties["ReservedConcurrentExecutions"]!);
    }

    [Fact]
    public void Schedules_tell_the_function_what_to_do()
    {
        var inputs = template.Of("AWS::Scheduler::Schedule").Select(schedule => JsonNode.Parse((string)schedule.Properties["Target"]!["Input"]!)!).ToList();

        Assert.Equal(["sweep", "sweep-in-flight", "reconciliation", "compaction"], inputs.Select(input => (string)input["schedule"]!));
        Assert.True((bool)inputs[2]["refresh"]!);
        Assert.All(template.Of("AWS::Scheduler::Schedule"), schedule => Assert.Equal("shop-schedules.Arn", (string)schedule.Properties["Target"]!["Arn"]!));
    }

    [Theory]
    [InlineData("HttpApi", "https://HttpApi.execute-api.eu-west-1.amazonaws.com/")]
    [InlineData("FunctionUrl", "ApiUrl.FunctionUrl")]
    public void The_API_has_the_chosen_address(string endpoint, string address)
    {
        var chosen = Product.Open(("ApiEndpoint", endpoint), ("SwaggerEnabled", "true"));

        Assert.Equal(
            [address, $"{address}webhooks/shopify", $"{address}webhooks/brightpearl/", $"{address}swagger/index.html"],
            [chosen.Outputs["ApiAddress"], chosen.Outputs["ShopifyWebhookUrl"], chosen.Outputs["BrightpearlWebhookUrl"], chosen.Outputs["SwaggerUrl"]]);
        Assert.Equal(endpoint == "HttpApi" ? 1 : 0, chosen.Of("AWS::ApiGatewayV2::Api").Count());
        Assert.Equal(endpoint == "HttpApi" ? 0 : 1, chosen.Of("AWS::Lambda::Url").Count());
        Assert.All(chosen.Of("AWS::Lambda::Permission"), permission => Assert.Equal("shop-api", (string)permission.Properties["FunctionName"]!));
        Assert.DoesNotContain("SwaggerUrl", template.Outputs.Keys);
    }
}

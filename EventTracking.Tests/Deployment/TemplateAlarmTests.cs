using System.Text.Json.Nodes;
using EventTracking.Testing.Deployment;

namespace EventTracking.Tests.Deployment;

/// <summary>Every watched metric exists, and every alarm notifies a topic.</summary>
public class TemplateAlarmTests
{
    private protected virtual DeployedProduct Product => DeployedProduct.Ours;

    [Fact]
    public void Alarms_tell_the_topic_that_is_given_or_made()
    {
        Assert.Empty(Product.Open(("BucketRequestMetrics", "true")).Of("AWS::CloudWatch::Alarm"));
        Assert.All(Watched().Of("AWS::CloudWatch::Alarm"), alarm => Assert.Equal("AlarmTopic", (string)Assert.Single(alarm.Properties["AlarmActions"]!.AsArray())!));
        var given = Product.Open(("AlarmTopicArn", "arn:aws:sns:eu-west-1:123456789012:ops"), ("AlarmEmail", "ops@example.com"));
        Assert.All(given.Of("AWS::CloudWatch::Alarm"), alarm => Assert.Equal("arn:aws:sns:eu-west-1:123456789012:ops", (string)Assert.Single(alarm.Properties["AlarmActions"]!.AsArray())!));
        Assert.Empty(given.Of("AWS::SNS::Topic"));
    }

    [Fact]
    public void Alarms_and_dashboard_watch_what_the_template_makes()
    {
        var template = Watched();
        var names = template.Resources.Select(resource => resource.Name).ToHashSet();
        var watched = template.Of("AWS::CloudWatch::Alarm").SelectMany(Dimensions)
            .Concat(Widgets(template).SelectMany(widget => widget!["properties"]!["metrics"]!.AsArray()).SelectMany(Dimensions))
            .ToList();

        Assert.Equal(18, template.Of("AWS::CloudWatch::Alarm").Count());
        Assert.All(watched.Where(dimension => dimension.Name is "FunctionName" or "QueueName" or "TableName" or "BucketName" or "service"), dimension => Assert.Contains(dimension.Value, names));
        Assert.All(template.Of("AWS::CloudWatch::Alarm"), alarm => Assert.True(
            (alarm.Properties["Metrics"]?.AsArray().Count ?? 1) <= 11, $"An alarm has ten metrics at most, and what they make. Split {alarm.Id} in two."));
    }

    [Fact]
    public void Metrics_of_the_product_are_in_its_namespace()
    {
        var template = Watched();
        var expected = template.Settings["EventTracking:Metrics:Namespace"];

        Assert.All(
            template.Of("AWS::CloudWatch::Alarm").SelectMany(alarm => alarm.Properties["Metrics"]?.AsArray() ?? []).Select(metric => (string?)metric!["MetricStat"]?["Metric"]?["Namespace"]).OfType<string>(),
            name => Assert.True(name == expected || name.StartsWith("AWS/", StringComparison.Ordinal), name));
    }

    [Fact]
    public async Task Metrics_of_the_product_are_those_that_it_writes()
    {
        var template = Watched();
        var own = template.Settings["EventTracking:Metrics:Namespace"]!;
        await using var product = Product.Compose(template);
        var written = await TemplateMetrics.WrittenByAsync(product, own, [.. template.Of("AWS::Serverless::Function").Select(function => function.Name)]);

        var watched = template.Of("AWS::CloudWatch::Alarm").SelectMany(Metrics).Concat(Widgets(template).SelectMany(widget => widget!["properties"]!["metrics"]!.AsArray().Select(Metric)))
            .Where(metric => metric.Namespace == own)
            .Select(metric => $"{metric.Name} {string.Join(' ', metric.Dimensions.Select(dimension => $"{dimension.Name}={dimension.Value}"))}")
            .ToHashSet();

        Assert.NotEmpty(watched);
        Assert.Empty(watched.Except(written).Order());
        foreach (var name in (string[])["Received", "Failures", "FailureGroups", "CompletionTime", "ColdStart", "ShopifyThrottles", "BrightpearlThrottles", "DriftFound", "DriftCorrected"])
        {
            Assert.Contains(watched, metric => metric.StartsWith($"{name} ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_failure_is_watched_wherever_an_event_may_end()
    {
        // All functions but the API: queue functions fail events that they run, the schedules those that waited too long or were
        // dead-lettered.
        var template = Watched();
        var expected = template.Of("AWS::Serverless::Function").Select(function => function.Name).Where(name => name != "shop-api").Order();

        Assert.Equal(expected, template.Of("AWS::CloudWatch::Alarm").Where(alarm => alarm.Id is "FailuresAlarm" or "FailuresWithoutRunAlarm").SelectMany(Dimensions).Select(dimension => dimension.Value).Order());
        var widget = Widgets(template).Single(widget => (string)widget!["properties"]!["title"]! == "Failed")!;
        Assert.Equal(expected, widget["properties"]!["metrics"]!.AsArray().SelectMany(Dimensions).Select(dimension => dimension.Value).Order());
    }

    private Template Watched() => Product.Open(("AlarmEmail", "ops@example.com"), ("BucketRequestMetrics", "true"));

    private static JsonArray Widgets(Template template) =>
        JsonNode.Parse((string)Assert.Single(template.Of("AWS::CloudWatch::Dashboard")).Properties["DashboardBody"]!)!["widgets"]!.AsArray();

    private static IEnumerable<(string Name, string Value)> Dimensions(TemplateResource alarm) => Metrics(alarm).SelectMany(metric => metric.Dimensions);

    private static IEnumerable<(string Name, string Value)> Dimensions(JsonNode? metric) => Metric(metric).Dimensions;

    private static IEnumerable<WatchedMetric> Metrics(TemplateResource alarm) =>
        from metric in alarm.Properties["Metrics"]?.AsArray().Select(metric => metric!["MetricStat"]?["Metric"]) ?? [alarm.Properties]
        where metric is not null
        select new WatchedMetric(
            (string)metric["Namespace"]!,
            (string)metric["MetricName"]!,
            [.. metric["Dimensions"]!.AsArray().Select(dimension => ((string)dimension!["Name"]!, (string)dimension["Value"]!))]);

    // [namespace, metric, name, value, …, options]
    private static WatchedMetric Metric(JsonNode? metric)
    {
        List<string> texts = [.. metric!.AsArray().Where(part => part is JsonValue).Select(part => (string)part!)];
        return new WatchedMetric(texts[0], texts[1], [.. texts.Skip(2).Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }

    private sealed record WatchedMetric(string Namespace, string Name, IReadOnlyList<(string Name, string Value)> Dimensions);
}

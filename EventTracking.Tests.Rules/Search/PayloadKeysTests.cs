using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Core.Search;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Search;

public sealed class PayloadKeysTests
{
    [Theory]
    [InlineData("""{"name":"#1001","order":{"id":7}}""", "#1001|7")]
    [InlineData("""{"name":" #1001 ","order":{"id":"#1001"}}""", "#1001")]
    [InlineData("""{"name":null,"order":[{"id":7}]}""", "")]
    [InlineData("""{"name":"","order":"7"}""", "")]
    [InlineData("""["name"]""", "")]
    [InlineData("no JSON", "")]
    public void The_values_at_the_configured_paths_are_keys(string body, string keys) =>
        Assert.Equal(keys, string.Join('|', Keys(("test", "orders", "name"), ("test", "orders", "order.id")).Of(Payload(body))));

    [Fact]
    public void A_value_that_nobody_types_is_no_key()
    {
        var keys = Keys(("test", "orders", "name"));

        Assert.Single(keys.Of(Payload($$"""{"name":"{{new string('x', 200)}}"}""")));
        Assert.Empty(keys.Of(Payload($$"""{"name":"{{new string('x', 201)}}"}""")));
    }

    [Theory]
    [InlineData("other", "orders")]
    [InlineData("test", "other")]
    public void Payloads_of_other_topics_have_no_keys(string source, string topic) =>
        Assert.Empty(Keys((source, topic, "name")).Of(Payload("""{"name":"#1001"}""")));

    [Fact]
    public void A_path_needs_a_source_a_topic_and_a_member()
    {
        var options = new SearchOptions { Paths = { new PayloadPath { Source = "test", Topic = " " } } };

        var result = new SearchOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "EventTracking:Search:Paths:0:Topic must name the topic, but is ' '.",
                "EventTracking:Search:Paths:0:Path must name a member of the payload, e.g. 'name' or 'order.name', but is ''.",
            ],
            result.Failures);
    }

    private static PayloadKeys Keys(params (string Source, string Topic, string Path)[] paths)
    {
        var options = new SearchOptions();
        foreach (var (source, topic, path) in paths)
        {
            options.Paths.Add(new PayloadPath { Source = source, Topic = topic, Path = path });
        }

        return new PayloadKeys(Options.Create(options));
    }

    private static PayloadRecord Payload(string body) => new("id", "test", "account", "orders", Given.Now, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body));
}

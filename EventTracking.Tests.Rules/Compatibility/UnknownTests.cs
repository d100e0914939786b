using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Core.Compatibility;

namespace EventTracking.Tests.Rules.Compatibility;

/// <summary>What a newer version stored stays when this one changes what it knows.</summary>
public sealed class UnknownTests
{
    [Theory]
    // A member of the object, of an object in it, and of an element of a list.
    [InlineData("""{"a":1,"x":2}""", """{"a":1}""", """{"a":3}""", """{"a":3,"x":2}""")]
    [InlineData("""{"a":{"b":1,"x":[2]}}""", """{"a":{"b":1}}""", """{"a":{"b":3}}""", """{"a":{"b":3,"x":[2]}}""")]
    [InlineData("""{"a":[{"b":1,"x":2},{"b":3,"x":4}]}""", """{"a":[{"b":1},{"b":3}]}""", """{"a":[{"b":1},{"b":5}]}""", """{"a":[{"b":1,"x":2},{"b":5,"x":4}]}""")]
    // An element that moves because one is added, or removed before it; a last one that changes when one before it is removed.
    [InlineData("""[{"b":1,"x":2}]""", """[{"b":1}]""", """[{"b":1},{"b":3}]""", """[{"b":1,"x":2},{"b":3}]""")]
    [InlineData("""[{"b":1,"x":2},{"b":3,"x":4}]""", """[{"b":1},{"b":3}]""", """[{"b":3},{"b":5}]""", """[{"b":3,"x":4},{"b":5}]""")]
    [InlineData("""[{"b":1},{"b":3,"x":4},{"b":5,"x":6}]""", """[{"b":1},{"b":3},{"b":5}]""", """[{"b":1},{"b":7}]""", """[{"b":1},{"b":7,"x":6}]""")]
    // A word that is not known stays until another takes its place.
    [InlineData("""{"a":"parked","b":1}""", """{"a":"unknown","b":1}""", """{"a":"unknown","b":2}""", """{"a":"parked","b":2}""")]
    [InlineData("""{"a":"parked","b":1}""", """{"a":"unknown","b":1}""", """{"a":"open","b":1}""", """{"a":"open","b":1}""")]
    // What this version removes is gone, and so is what was unknown in it.
    [InlineData("""{"a":{"b":1,"x":2},"c":3}""", """{"a":{"b":1},"c":3}""", """{"c":3}""", """{"c":3}""")]
    [InlineData("""[{"b":1,"x":2},{"b":3}]""", """[{"b":1},{"b":3}]""", """[{"b":3}]""", """[{"b":3}]""")]
    // A member that has become something else, and a list of which more is stored than is known.
    [InlineData("""{"a":{"b":1}}""", """{"a":0}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[1,2]}""", """{"a":[1,4]}""", """{"a":[1,4]}""")]
    public void Is_kept(string stored, string known, string next, string expected)
    {
        var kept = JsonForm.Keep(Encoding.UTF8.GetBytes(stored), Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(next));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(kept)), Encoding.UTF8.GetString(kept));
    }

    [Fact]
    public void Costs_nothing_where_this_version_wrote_all()
    {
        var next = "{}"u8.ToArray();

        Assert.Same(next, JsonForm.Keep("""{"a":1}"""u8, """{"a":1}"""u8, next));
    }
}

using System.Reflection;
using EventTracking.Core;

namespace EventTracking.Tests.Architecture;

/// <summary>The rooms of the engine, which are the folders of its project, and what it must not know.</summary>
public sealed class CoreTests
{
    /// <summary>Lowest first: a room uses only rooms of the rows before its own. The root composes them and is used by none.</summary>
    private static readonly string[][] Rooms =
    [
        ["Configuration", "Observability", "Resilience", "Secrets"],
        ["Compatibility"],
        ["Payloads"],
        ["Events"],
        ["Queue"],
        ["Intake", "Records"],
        ["Search", "Activities"],
        ["Functions"],
        ["Failures"],
        ["Notifications"],
        ["Replay"],
        ["Waiting"],
        ["Processing"],
        ["Recovery"],
        ["Backends"],
    ];

    private static Assembly Core { get; } = typeof(EventTrackingExtensions).Assembly;

    [Fact]
    public void Rooms_use_only_rooms_below_them() => Wall.AssertOneWay(Core, Rooms);

    [Fact]
    public void Backends_do_not_know_each_other() => Wall.AssertApart(Core, "Backends.Aws", "Backends.Embedded");

    [Theory]
    [InlineData("shopify")]
    [InlineData("brightpearl")]
    public void Nothing_names_a_shop_system(string name) => Wall.AssertNone(CompiledText.Find(Core, name));
}

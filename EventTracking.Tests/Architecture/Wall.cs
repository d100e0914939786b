using System.Reflection;

namespace EventTracking.Tests.Architecture;

/// <summary>Rules that the tests of several programs share.</summary>
internal static class Wall
{
    // Assert.Empty and Assert.Equal would shorten the text.
    public static void AssertNone(IEnumerable<string> breaches) => Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches));

    /// <summary>Requires that each room uses only rooms of the rows before its own, that none uses the root, and that no namespace lacks a row.</summary>
    /// <param name="program">The compiled program.</param>
    /// <param name="rows">The rooms, lowest first. Those in one row do not use each other.</param>
    public static void AssertOneWay(Assembly program, string[][] rows)
    {
        var rooms = program.GetTypes().Select(type => Use.Below(program, type)).Where(place => !string.IsNullOrEmpty(place)).Select(place => Use.FirstOf(place!));
        Assert.Equal(rows.SelectMany(row => row).Order(), rooms.Distinct().Order());

        var composition = rows.Length;
        AssertNone(Use.Within(program)
            .Where(use => Use.FirstOf(use.Source) != Use.FirstOf(use.Target) && RowOf(use.Target) >= RowOf(use.Source))
            .Select(use => use.Example));

        int RowOf(string place) => place.Length == 0 ? composition : Array.FindIndex(rows, row => row.Contains(Use.FirstOf(place)));
    }

    /// <summary>Requires that two parts of a program do not use each other.</summary>
    public static void AssertApart(Assembly program, string one, string other) => AssertNone(Use.Within(program)
        .Where(use => (IsWithin(use.Source, one) && IsWithin(use.Target, other)) || (IsWithin(use.Source, other) && IsWithin(use.Target, one)))
        .Select(use => use.Example));

    private static bool IsWithin(string place, string part) => place == part || place.StartsWith($"{part}.", StringComparison.Ordinal);
}

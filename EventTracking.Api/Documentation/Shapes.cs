namespace EventTracking.Api.Documentation;

/// <summary>
/// What the OpenAPI document says about a value beyond its type in C#, e.g. because it is bound as text so that our own validation
/// reports it. It is metadata for the generator, so it costs nothing at run time; a test sends values on both sides of every bound.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal abstract class ShapeAttribute : Attribute;

/// <summary>A text with bounds.</summary>
/// <param name="longest">The most characters it may have.</param>
/// <param name="shortest">The fewest characters it may have.</param>
internal sealed class TextAttribute(int longest, int shortest = 1) : ShapeAttribute
{
    public int Longest { get; } = longest;

    public int Shortest { get; } = shortest;

    /// <summary>A regular expression that the whole text fits; null for any text.</summary>
    public string? Pattern { get; init; }
}

/// <summary>A whole number with bounds.</summary>
internal sealed class WholeNumberAttribute(int smallest, int largest) : ShapeAttribute
{
    public int Smallest { get; } = smallest;

    public int Largest { get; } = largest;

    /// <summary>What an absent value means; 0 if the description says it.</summary>
    public int Default { get; init; }
}

/// <summary>A time in ISO 8601.</summary>
internal sealed class TimeAttribute : ShapeAttribute;

/// <summary>A day in UTC.</summary>
internal sealed class DayAttribute : ShapeAttribute;

/// <summary>True or false.</summary>
/// <param name="onlyTrue">Whether false is refused because it would say the same as an absent value.</param>
internal sealed class FlagAttribute(bool onlyTrue = false) : ShapeAttribute
{
    public bool OnlyTrue { get; } = onlyTrue;
}

/// <summary>The id of an event.</summary>
internal sealed class EventIdTextAttribute : ShapeAttribute;

/// <summary>The id of a bulk replay or dismissal.</summary>
internal sealed class ReplayIdTextAttribute : ShapeAttribute;

/// <summary>An id that is a positive whole number, as text because it may exceed the precision of JavaScript numbers.</summary>
internal sealed class NumberIdAttribute : ShapeAttribute;

/// <summary>A body as base64.</summary>
internal sealed class Base64TextAttribute : ShapeAttribute;

/// <summary>One of several words, as a named schema, so that a client gets one type for all its uses.</summary>
internal sealed class OneOfAttribute : ShapeAttribute
{
    /// <param name="name">The name of the schema.</param>
    /// <param name="source">A class whose <see cref="Member"/>, or else whose public constants, are the words.</param>
    public OneOfAttribute(string name, Type source) => (Name, Source) = (name, source);

    /// <param name="name">The name of the schema.</param>
    /// <param name="words">The words.</param>
    public OneOfAttribute(string name, params string[] words) => (Name, Words) = (name, words);

    public string Name { get; }

    public Type? Source { get; }

    /// <summary>The property of <see cref="Source"/> that lists the words.</summary>
    public string Member { get; init; } = "All";

    public IReadOnlyList<string> Words { get; } = [];
}

/// <summary>The most items that a list in a request may have. A <see cref="ShapeAttribute"/> beside it is the shape of each item.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MostItemsAttribute(int most) : Attribute
{
    public int Most { get; } = most;
}

/// <summary>A parameter, or a member of a request body, that must be given. It is nullable in C#, so that our own validation reports that it is absent.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededAttribute : Attribute
{
    /// <summary>Whether null is a value of its own, which says something else than nothing at all.</summary>
    public bool OrNull { get; init; }
}

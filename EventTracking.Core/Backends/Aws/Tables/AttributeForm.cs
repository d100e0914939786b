using System.Text;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Compatibility;

namespace EventTracking.Core.Backends.Aws.Tables;

/// <summary>Stored attribute values.</summary>
internal sealed class AttributeForm : IStoredForm<AttributeValue>
{
    public static IReadOnlyDictionary<string, AttributeValue>? MembersOf(AttributeValue value) => value.M;

    public static IReadOnlyList<AttributeValue>? ElementsOf(AttributeValue value) => value.L;

    // This version writes no other types.
    public static bool AreEqual(AttributeValue left, AttributeValue right) => (left, right) switch
    {
        ({ S: { } text }, _) => text == right.S,
        ({ N: { } number }, _) => number == right.N,
        ({ B: { } bytes }, { B: { } others }) => bytes.ToArray().AsSpan().SequenceEqual(others.ToArray()),
        ({ BOOL: { } flag }, _) => flag == right.BOOL,
        ({ M: { } members }, { M: { } others }) => members.Count == others.Count && members.All(member => others.TryGetValue(member.Key, out var other) && AreEqual(member.Value, other)),
        ({ L: { } elements }, { L: { } others }) => elements.Count == others.Count && elements.Zip(others).All(pair => AreEqual(pair.First, pair.Second)),
        ({ NULL: true }, { NULL: true }) => true,
        _ => false,
    };

    public static AttributeValue ObjectOf(IReadOnlyDictionary<string, AttributeValue> members) => Attributes.Map(members.ToDictionary());

    public static AttributeValue ListOf(IReadOnlyList<AttributeValue> elements) => Attributes.List(elements);

    /// <summary>The bytes of an item as DynamoDB counts them, or a few more.</summary>
    public static int SizeOf(Dictionary<string, AttributeValue> item) => item.Sum(entry => Encoding.UTF8.GetByteCount(entry.Key) + SizeOf(entry.Value) + 1);

    public static int SizeOf(AttributeValue value) => value switch
    {
        { S: { } text } => Encoding.UTF8.GetByteCount(text),
        { L: { } list } => 3 + list.Sum(SizeOf) + list.Count,
        { M: { } map } => 3 + SizeOf(map),
        { N: { } number } => number.Length,
        { B: { } bytes } => (int)bytes.Length,
        { SS: { } texts } => texts.Sum(Encoding.UTF8.GetByteCount),
        { NS: { } numbers } => numbers.Sum(Encoding.UTF8.GetByteCount),
        { BS: { } blobs } => blobs.Sum(blob => (int)blob.Length),
        _ => 1,
    };
}

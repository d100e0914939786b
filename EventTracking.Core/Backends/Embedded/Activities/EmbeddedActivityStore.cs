using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded.Storage;

namespace EventTracking.Core.Backends.Embedded.Activities;

/// <summary>One row per function and slot, written by the next commit (<see cref="ActivityBuffer"/>). A process that is killed before loses what it had not written.</summary>
internal sealed class EmbeddedActivityStore(EmbeddedStore store) : IActivityStore
{
    private const string SelectSlots = "SELECT slot, amounts FROM activity WHERE function = ? AND slot >= ? AND slot < ? ORDER BY slot";
    private const string DeleteSlots = "DELETE FROM activity WHERE slot < ?";

    public Task AddAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        store.Activity.Add(function, slot, amounts);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ActivitySlot>> ListAsync(string function, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (stored, added) = store.Activity.Read(() => store.Read(database => List(database, function, from, to)), function, from, to);
        return Task.FromResult(Merge(stored, added));
    }

    /// <summary>Deletes the slots before a time.</summary>
    public static void Delete(Database database, DateTimeOffset before)
    {
        using var statement = database.Use(DeleteSlots);
        statement.Bind(before).Step();
    }

    public static Dictionary<string, long> Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ActivityJson.Default.DictionaryStringInt64) ?? [];

    private static List<ActivitySlot> List(Database database, string function, DateTimeOffset from, DateTimeOffset to)
    {
        using var statement = database.Use(SelectSlots);
        statement.Bind(function).Bind(from).Bind(to);
        List<ActivitySlot> slots = [];
        while (statement.Step())
        {
            slots.Add(new ActivitySlot(statement.GetTime(0), Read(statement.GetBytes(1))));
        }

        return slots;
    }

    private static IReadOnlyList<ActivitySlot> Merge(IReadOnlyList<ActivitySlot> stored, IReadOnlyList<ActivitySlot> added) => added.Count == 0 ? stored :
    [
        .. stored.Concat(added).GroupBy(slot => slot.From).OrderBy(group => group.Key)
            .Select(group => new ActivitySlot(
                group.Key,
                group.SelectMany(slot => slot.Amounts).GroupBy(amount => amount.Key, StringComparer.Ordinal).ToDictionary(amounts => amounts.Key, amounts => amounts.Sum(amount => amount.Value), StringComparer.Ordinal))),
    ];
}

[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class ActivityJson : JsonSerializerContext;

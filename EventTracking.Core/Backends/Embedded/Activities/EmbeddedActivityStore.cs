using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded.Storage;

namespace EventTracking.Core.Backends.Embedded.Activities;

/// <summary>One row per function and slot. A row is written in the next group commit, together with whatever else waits for it.</summary>
internal sealed class EmbeddedActivityStore(EmbeddedStore store) : IActivityStore
{
    private const string SelectSlot = "SELECT amounts FROM activity WHERE function = ? AND slot = ?";
    private const string WriteSlot = "INSERT OR REPLACE INTO activity (function, slot, amounts) VALUES (?, ?, ?)";
    private const string SelectSlots = "SELECT slot, amounts FROM activity WHERE function = ? AND slot >= ? AND slot < ? ORDER BY slot";
    private const string DeleteSlots = "DELETE FROM activity WHERE slot < ?";

    public Task AddAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => Add(scope.Database, function, slot, amounts), cancellationToken);

    public Task<IReadOnlyList<ActivitySlot>> ListAsync(string function, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<ActivitySlot>>(database =>
        {
            using var statement = database.Use(SelectSlots);
            statement.Bind(function).Bind(from).Bind(to);
            List<ActivitySlot> slots = [];
            while (statement.Step())
            {
                slots.Add(new ActivitySlot(statement.GetTime(0), Read(statement.GetBytes(1))));
            }

            return slots;
        }));
    }

    /// <summary>Deletes the slots before a time.</summary>
    public static void Delete(Database database, DateTimeOffset before)
    {
        using var statement = database.Use(DeleteSlots);
        statement.Bind(before).Step();
    }

    private static bool Add(Database database, string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts)
    {
        var total = Find(database, function, slot);
        foreach (var (name, amount) in amounts)
        {
            total[name] = total.GetValueOrDefault(name) + amount;
        }

        using var statement = database.Use(WriteSlot);
        statement.Bind(function).Bind(slot).BindText(JsonSerializer.SerializeToUtf8Bytes(total, ActivityJson.Default.DictionaryStringInt64)).Step();
        return true;
    }

    private static Dictionary<string, long> Find(Database database, string function, DateTimeOffset slot)
    {
        using var statement = database.Use(SelectSlot);
        return statement.Bind(function).Bind(slot).Step() ? Read(statement.GetBytes(0)) : [];
    }

    private static Dictionary<string, long> Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ActivityJson.Default.DictionaryStringInt64) ?? [];
}

[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class ActivityJson : JsonSerializerContext;

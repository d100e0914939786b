using System.Text.Json;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded.Storage;

namespace EventTracking.Core.Backends.Embedded.Activities;

/// <summary>
/// What batches did and no commit has taken along yet. The next one does, e.g. that which acknowledges the items of the same batch, so
/// that counting costs no commit of its own and no batch waits for it.
/// </summary>
internal sealed class ActivityBuffer
{
    private const string SelectSlot = "SELECT amounts FROM activity WHERE function = ? AND slot = ?";
    private const string WriteSlot = "INSERT OR REPLACE INTO activity (function, slot, amounts) VALUES (?, ?, ?)";

    private readonly Lock gate = new();
    private Dictionary<(string Function, DateTimeOffset Slot), Dictionary<string, long>> pending = [];
    private Dictionary<(string Function, DateTimeOffset Slot), Dictionary<string, long>> writing = [];

    /// <summary>Held while what was pending is written and committed, so that a reader sees it either in the table or here.</summary>
    private readonly Lock commit = new();

    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return pending.Count == 0;
            }
        }
    }

    public void Add(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts)
    {
        lock (gate)
        {
            Add(pending, (function, slot), amounts);
        }
    }

    /// <summary>Writes all of it within the writer's transaction, which <see cref="End"/> ends on the same thread.</summary>
    public void Write(Database database)
    {
        if (IsEmpty)
        {
            return;
        }

        commit.Enter();
        lock (gate)
        {
            (writing, pending) = (pending, []);
        }

        foreach (var ((function, slot), amounts) in writing)
        {
            Dictionary<string, long> total = Find(database, function, slot);
            Add(total, amounts);
            using var statement = database.Use(WriteSlot);
            statement.Bind(function).Bind(slot).BindText(JsonSerializer.SerializeToUtf8Bytes(total, ActivityJson.Default.DictionaryStringInt64)).Step();
        }
    }

    /// <summary>Ends a transaction: what it wrote is stored, or to be written again.</summary>
    public void End(bool isCommitted)
    {
        if (!commit.IsHeldByCurrentThread)
        {
            return;
        }

        if (!isCommitted)
        {
            lock (gate)
            {
                foreach (var (key, amounts) in writing)
                {
                    Add(pending, key, amounts);
                }
            }
        }

        writing = [];
        commit.Exit();
    }

    /// <summary>Reads the table, and what is not in it yet.</summary>
    public (IReadOnlyList<ActivitySlot> Stored, IReadOnlyList<ActivitySlot> Added) Read(Func<IReadOnlyList<ActivitySlot>> readTable, string function, DateTimeOffset from, DateTimeOffset to)
    {
        lock (commit)
        {
            var stored = readTable();
            lock (gate)
            {
                return (stored, [.. pending.Where(entry => entry.Key.Function == function && entry.Key.Slot >= from && entry.Key.Slot < to).Select(entry => new ActivitySlot(entry.Key.Slot, entry.Value.ToDictionary()))]);
            }
        }
    }

    private static void Add(Dictionary<(string Function, DateTimeOffset Slot), Dictionary<string, long>> slots, (string Function, DateTimeOffset Slot) key, IReadOnlyDictionary<string, long> amounts)
    {
        if (!slots.TryGetValue(key, out var total))
        {
            slots[key] = total = new(StringComparer.Ordinal);
        }

        Add(total, amounts);
    }

    private static void Add(Dictionary<string, long> total, IReadOnlyDictionary<string, long> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            total[name] = total.GetValueOrDefault(name) + amount;
        }
    }

    private static Dictionary<string, long> Find(Database database, string function, DateTimeOffset slot)
    {
        using var statement = database.Use(SelectSlot);
        return statement.Bind(function).Bind(slot).Step() ? EmbeddedActivityStore.Read(statement.GetBytes(0)) : [];
    }
}

namespace EventTracking.Core.Compatibility;

/// <summary>
/// Keeps what a newer version stored and this one does not know. What is stored, what this version understands of it, and what it wants
/// to store next are compared: wherever the last two are the same, the stored value stays as it is, whatever it holds, and a member
/// that is stored but not understood is kept.
/// </summary>
/// <typeparam name="T">A value as the store has it.</typeparam>
/// <typeparam name="TForm">How such values are taken apart.</typeparam>
internal static class Unknown<T, TForm>
    where TForm : IStoredForm<T>
{
    /// <summary>Returns the next value with what is unknown in the stored one.</summary>
    /// <param name="stored">The value as it is stored.</param>
    /// <param name="known">The same as this version would have written it.</param>
    /// <param name="next">The value to be stored.</param>
    public static T Keep(T stored, T known, T next)
    {
        if (TForm.AreEqual(known, next))
        {
            return stored;
        }

        if (TForm.MembersOf(stored) is { } storedMembers && TForm.MembersOf(known) is { } knownMembers && TForm.MembersOf(next) is { } nextMembers)
        {
            return TForm.ObjectOf(Keep(storedMembers, knownMembers, nextMembers));
        }

        return TForm.ElementsOf(stored) is { } storedElements && TForm.ElementsOf(known) is { } knownElements && TForm.ElementsOf(next) is { } nextElements
            && storedElements.Count == knownElements.Count
                ? TForm.ListOf(Keep(storedElements, knownElements, nextElements))
                : next;
    }

    /// <inheritdoc cref="Keep(T, T, T)"/>
    public static Dictionary<string, T> Keep(IReadOnlyDictionary<string, T> stored, IReadOnlyDictionary<string, T> known, IReadOnlyDictionary<string, T> next)
    {
        var kept = new Dictionary<string, T>(next.Count);
        foreach (var (name, value) in next)
        {
            kept[name] = stored.TryGetValue(name, out var before) && known.TryGetValue(name, out var understood) ? Keep(before, understood, value) : value;
        }

        foreach (var (name, value) in stored)
        {
            if (!known.ContainsKey(name))
            {
                kept.TryAdd(name, value);
            }
        }

        return kept;
    }

    /// <summary>
    /// An element that has not changed is found by its value, wherever it is now. One that has changed is that of the same place if the
    /// list is as long as before; otherwise the last one may be the last one still.
    /// </summary>
    private static T[] Keep(IReadOnlyList<T> stored, IReadOnlyList<T> known, IReadOnlyList<T> next)
    {
        var places = new int[next.Count];
        var free = Enumerable.Repeat(true, known.Count).ToArray();
        for (var index = 0; index < places.Length; index++)
        {
            places[index] = PlaceOf(next[index], known, free, index);
            if (places[index] >= 0)
            {
                free[places[index]] = false;
            }
        }

        var kept = new T[next.Count];
        for (var index = 0; index < kept.Length; index++)
        {
            var place = places[index];
            if (place < 0 && known.Count == next.Count && free[index])
            {
                place = index;
            }
            else if (place < 0 && known.Count != next.Count && index == kept.Length - 1 && free is [.., true])
            {
                place = free.Length - 1;
            }

            kept[index] = place < 0 ? next[index] : Keep(stored[place], known[place], next[index]);
        }

        return kept;
    }

    /// <summary>Only objects and lists hold what is unknown, so it does not matter where other elements were.</summary>
    private static int PlaceOf(T element, IReadOnlyList<T> known, bool[] free, int expected)
    {
        if (expected < known.Count && free[expected] && TForm.AreEqual(known[expected], element))
        {
            return expected;
        }

        if (TForm.MembersOf(element) is null && TForm.ElementsOf(element) is null)
        {
            return -1;
        }

        for (var place = 0; place < known.Count; place++)
        {
            if (free[place] && TForm.AreEqual(known[place], element))
            {
                return place;
            }
        }

        return -1;
    }
}

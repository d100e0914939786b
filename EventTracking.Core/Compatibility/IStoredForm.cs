namespace EventTracking.Core.Compatibility;

/// <summary>How values of a store are taken apart and put together again.</summary>
/// <typeparam name="T">A value as the store has it.</typeparam>
internal interface IStoredForm<T>
{
    /// <summary>The members of an object; null for anything else.</summary>
    static abstract IReadOnlyDictionary<string, T>? MembersOf(T value);

    /// <summary>The elements of a list; null for anything else.</summary>
    static abstract IReadOnlyList<T>? ElementsOf(T value);

    /// <summary>Whether two values that this version wrote are the same.</summary>
    static abstract bool AreEqual(T left, T right);

    static abstract T ObjectOf(IReadOnlyDictionary<string, T> members);

    static abstract T ListOf(IReadOnlyList<T> elements);
}

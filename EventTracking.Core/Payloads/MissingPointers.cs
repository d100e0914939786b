namespace EventTracking.Core.Payloads;

internal static class MissingPointers
{
    /// <summary>
    /// Archives all payloads that have no pointer yet with one call, and fills in their pointers. An entry with neither
    /// a pointer nor a payload stays empty.
    /// </summary>
    /// <exception cref="Resilience.StoreUnavailableException">No pointer was filled in; the call may be repeated.</exception>
    public static async Task ArchiveMissingAsync(
        this IPayloadArchive archive, PayloadPointer?[] pointers, IReadOnlyList<PayloadRecord?> payloads, CancellationToken cancellationToken)
    {
        List<int> indexes = [];
        List<PayloadRecord> missing = [];
        for (var index = 0; index < pointers.Length; index++)
        {
            if (pointers[index] is null && payloads[index] is { } payload)
            {
                indexes.Add(index);
                missing.Add(payload);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        var archived = await archive.AppendAsync(missing, cancellationToken);
        foreach (var (index, pointer) in indexes.Zip(archived))
        {
            pointers[index] = pointer;
        }
    }
}

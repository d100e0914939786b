using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Records;

namespace EventTracking.Core.Failures;

/// <summary>The store of groups. Every change is one conditional write, so of several callers exactly one makes it.</summary>
internal sealed class FailureGroups(RecordCollection<FailureGroup> groups)
{
    /// <summary>The name of the collection, which no integration may use.</summary>
    public const string Collection = "engine-failure-group";

    private const string Watched = "watched-group";
    private const int MaxWatched = 1000;
    private const int MaxListed = 1000;
    private const int MaxRounds = 10;

    public Task<StoredRecord<FailureGroup>?> FindAsync(string fingerprint, CancellationToken cancellationToken) => groups.FindAsync(IdOf(fingerprint), cancellationToken);

    /// <summary>The groups that the sweeper has to look at; at most a thousand.</summary>
    public Task<IReadOnlyList<StoredRecord<FailureGroup>>> ListWatchedAsync(CancellationToken cancellationToken) => groups.ListLabeledAsync(Watched, null, MaxWatched, cancellationToken);

    /// <summary>Whether anything has ever failed with this cause, as far as the first thousand groups know.</summary>
    public async Task<bool> HasCauseAsync(string cause, CancellationToken cancellationToken) =>
        (await groups.ListAsync(null, MaxListed, cancellationToken)).Any(group => group.Value.Cause == cause);

    /// <summary>Returns false if another caller changed the group since it was read.</summary>
    public async Task<bool> TryWriteAsync(FailureGroup group, StoredRecord<FailureGroup>? read, CancellationToken cancellationToken) =>
        await groups.TryWriteAsync(IdOf(group.Fingerprint), group, group.IsWatched ? Watched : null, read, cancellationToken) is not null;

    /// <summary>Applies a change to the group as it is now. The change returns null if there is nothing to change.</summary>
    /// <returns>The group after the change, and whether this call changed it.</returns>
    /// <exception cref="Resilience.StoreUnavailableException">The store did not respond, or other callers changed the group each time.</exception>
    public async Task<(FailureGroup? Group, bool Changed)> ChangeAsync(string fingerprint, Func<FailureGroup?, FailureGroup?> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var read = await FindAsync(fingerprint, cancellationToken);
            if (change(read?.Value) is not { } changed)
            {
                return (read?.Value, false);
            }

            if (await TryWriteAsync(changed, read, cancellationToken))
            {
                return (changed, true);
            }
        }

        throw new Resilience.StoreUnavailableException($"The failure group {fingerprint} could not be changed in {MaxRounds} rounds, because others changed it each time. Try again.");
    }

    /// <summary>Records have numbers: 63 bits of a hash. Two fingerprints with the same number are not to be expected.</summary>
    private static long IdOf(string fingerprint)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }
}

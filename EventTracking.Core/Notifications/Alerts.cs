using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Notifications;

/// <summary>The store of alerts. Every change is one conditional write, so of several sweepers exactly one decides on a notification, or sends it.</summary>
internal sealed class Alerts(RecordCollection<Alert> alerts)
{
    /// <summary>The name of the collection, which no integration may use.</summary>
    public const string Collection = "engine-alert";

    /// <summary>More alerts are not listed.</summary>
    public const int MaxListed = 1000;

    private const string Watched = "watched-alert";
    private const int MaxRounds = 10;

    public async Task<Alert?> FindAsync(string subject, CancellationToken cancellationToken) => (await alerts.FindAsync(IdOf(subject), cancellationToken))?.Value;

    public async Task<IReadOnlyList<Alert>> ListAsync(CancellationToken cancellationToken) => [.. (await alerts.ListAsync(null, MaxListed, cancellationToken)).Select(stored => stored.Value)];

    public async Task<IReadOnlyList<Alert>> ListWatchedAsync(CancellationToken cancellationToken) =>
        [.. (await alerts.ListLabeledAsync(Watched, null, MaxListed, cancellationToken)).Select(stored => stored.Value)];

    /// <summary>Applies a change to the alert as it is now; null changes nothing. Returns the alert if this call changed it.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond, or other callers changed the alert each time.</exception>
    public async Task<Alert?> ChangeAsync(string subject, Func<Alert, Alert?> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var read = await alerts.FindAsync(IdOf(subject), cancellationToken);
            if (change(read?.Value ?? new Alert(subject)) is not { } changed)
            {
                return null;
            }

            if (await alerts.TryWriteAsync(IdOf(subject), changed, changed.IsWatched ? Watched : null, read, cancellationToken) is not null)
            {
                return changed;
            }
        }

        throw new StoreUnavailableException($"The alert about '{subject}' could not be changed in {MaxRounds} rounds, because others changed it each time. Try again.");
    }

    private static long IdOf(string subject)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(subject), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }
}

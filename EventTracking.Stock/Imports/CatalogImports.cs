using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>
/// The imports of the whole catalog, one at a time. Conditional writes decide which one runs and which attempt of a step counts. All
/// methods throw <see cref="StoreUnavailableException"/> if the store does not respond.
/// </summary>
internal sealed class CatalogImports(
    RecordCollection<CatalogImportDocument> imports, RecordCollection<LastCatalogImportDocument> last, EventIntake intake, IOptions<BrightpearlOptions> options, TimeProvider time)
{
    public const string Collection = "catalog-import";
    public const string LastCollection = "last-catalog-import";

    private const long Only = 1;
    private const int Kept = 20;
    private const int MaxRounds = 30;

    /// <summary>An import that makes no progress for this long does not hold up imports of single products any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Postponement = TimeSpan.FromSeconds(15);

    /// <summary>How long the imports of single products are left alone after one of the whole catalog has ended: what it could not link, another would not link either.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>Starts an import and returns it; if one is running, returns that one.</summary>
    /// <param name="decision">The operator's decision to start one; null if the engine starts it. One that is running keeps that of its own start.</param>
    /// <param name="isDead">Whether the running import does not go on by itself any more, because the event of its step failed; another then takes its place.</param>
    /// <param name="cancellationToken">Cancels the call; a second call finds what the first one started.</param>
    public async Task<StoredRecord<CatalogImportDocument>> StartAsync(OperatorDecision? decision, Func<StoredRecord<CatalogImportDocument>, Task<bool>> isDead, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var pointer = await last.FindAsync(Only, cancellationToken);
            var running = pointer is null ? null : await imports.FindAsync(pointer.Value.Number, cancellationToken);
            if (running is { Value.State: CatalogImportState.Running })
            {
                if (!await isDead(running))
                {
                    // The request that started it may have ended before it sent the event, which is known otherwise.
                    await intake.AcceptAsync(Compose(running), cancellationToken);
                    return running;
                }

                await TryEndAsync(
                    running, running.Value with { State = CatalogImportState.Failed, Failure = "The event of its step failed, and another import has taken its place." }, cancellationToken);
            }

            var number = (pointer?.Value.Number ?? 0) + 1;
            var now = time.GetUtcNow().UtcTicks;
            var first = new CatalogImportDocument { StartedAt = now, UpdatedAt = now, StartedBy = decision?.By, StartReason = decision?.Reason };
            var started = await imports.TryWriteAsync(number, first, label: null, read: null, cancellationToken)
                ?? await imports.FindAsync(number, cancellationToken);
            if (started is not null && await last.TryWriteAsync(Only, new LastCatalogImportDocument(number), label: null, pointer, cancellationToken) is not null)
            {
                await intake.AcceptAsync(Compose(started), cancellationToken);
                await DeleteAsync(number - Kept, cancellationToken);
                return started;
            }
        }

        throw new StoreUnavailableException($"No import of the catalog could be started in {MaxRounds} rounds, because other callers started one each time.");
    }

    /// <summary>Returns an import, or null if there is none with this number.</summary>
    public Task<StoredRecord<CatalogImportDocument>?> FindAsync(long number, CancellationToken cancellationToken) => imports.FindAsync(number, cancellationToken);

    /// <summary>Returns the last import, or null if there was none.</summary>
    public async Task<StoredRecord<CatalogImportDocument>?> FindLastAsync(CancellationToken cancellationToken) =>
        await last.FindAsync(Only, cancellationToken) is { } pointer ? await imports.FindAsync(pointer.Value.Number, cancellationToken) : null;

    /// <summary>Returns the number of the import that was started last, or null if none was.</summary>
    public async Task<long?> FindLastNumberAsync(CancellationToken cancellationToken) => (await last.FindAsync(Only, cancellationToken))?.Value.Number;

    /// <summary>Cancels a running import and returns it; one that has ended is returned as it is. Null if there is none with this number.</summary>
    public async Task<StoredRecord<CatalogImportDocument>?> CancelAsync(long number, OperatorDecision decision, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var found = await imports.FindAsync(number, cancellationToken);
            if (found is not { Value.State: CatalogImportState.Running })
            {
                return found;
            }

            if (await TryEndAsync(found, found.Value with { State = CatalogImportState.Cancelled, CancelledBy = decision.By, CancelReason = decision.Reason }, cancellationToken) is { } ended)
            {
                return ended;
            }
        }

        throw new StoreUnavailableException($"The import {number} could not be cancelled in {MaxRounds} rounds, because it made progress each time. Try again.");
    }

    /// <summary>Stores the progress of a step, and the next step; returns null if the import changed since it was read, because another attempt was faster or it was cancelled.</summary>
    public Task<StoredRecord<CatalogImportDocument>?> TryAdvanceAsync(StoredRecord<CatalogImportDocument> read, CatalogImportDocument progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        var hasEnded = progress.State != CatalogImportState.Running;
        return imports.TryWriteAsync(read.Id, progress with { Step = read.Value.Step + 1, UpdatedAt = now, EndedAt = hasEnded ? now : null }, label: null, read, cancellationToken);
    }

    /// <summary>Composes the event of an import's next step. It has the same id whoever composes it.</summary>
    public Delivery Compose(StoredRecord<CatalogImportDocument> import)
    {
        var number = import.Id.ToString(CultureInfo.InvariantCulture);
        return new Delivery
        {
            Source = Topics.CatalogSource,
            Account = options.Value.Account,
            Topic = Topics.ImportCatalog,
            DeliveryId = string.Create(CultureInfo.InvariantCulture, $"import/{number}/{import.Value.Step}"),
            TriggeredAt = new DateTimeOffset(import.Value.StartedAt, TimeSpan.Zero),
            Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
            Body = JsonSerializer.SerializeToUtf8Bytes(new CatalogImportStep(import.Id, import.Value.Step), StockJson.Default.CatalogImportStep),
            CorrelationId = $"catalog-import-{number}",
        };
    }

    /// <summary>Keeps the imports of single products from spending calls while one of the whole catalog is under way, which links them too.</summary>
    /// <exception cref="PostponedException">One is under way.</exception>
    public async Task PostponeMeanwhileAsync(CancellationToken cancellationToken)
    {
        if (await FindLastAsync(cancellationToken) is { Value: { State: CatalogImportState.Running } progress } running
            && new TimeSpan(time.GetUtcNow().UtcTicks - progress.UpdatedAt).Duration() < Patience)
        {
            throw new PostponedException(Postponement, $"The import {running.Id} of the whole catalog has not ended and would link this product too. If it makes no progress for {Patience.TotalMinutes:0} minutes, because its event has failed, this goes on without it.");
        }
    }

    /// <summary>
    /// Starts an import of the whole catalog because those of single products do not keep up with what waits for them, unless one has just
    /// ended or the last one failed. It reads a large catalog with fewer calls than fifty products singly.
    /// </summary>
    /// <exception cref="PostponedException">It is under way.</exception>
    public async Task RelieveAsync(CancellationToken cancellationToken)
    {
        if (await FindLastAsync(cancellationToken) is not { } known
            || (known.Value.State is CatalogImportState.Succeeded or CatalogImportState.Cancelled
                && new TimeSpan(time.GetUtcNow().UtcTicks - (known.Value.EndedAt ?? known.Value.UpdatedAt)).Duration() > Pause))
        {
            await StartAsync(decision: null, static _ => Task.FromResult(false), cancellationToken);
        }

        await PostponeMeanwhileAsync(cancellationToken);
    }

    private Task<StoredRecord<CatalogImportDocument>?> TryEndAsync(StoredRecord<CatalogImportDocument> read, CatalogImportDocument ended, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        return imports.TryWriteAsync(read.Id, ended with { UpdatedAt = now, EndedAt = now }, label: null, read, cancellationToken);
    }

    private async Task DeleteAsync(long number, CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(number, cancellationToken) is { } old)
        {
            await imports.TryDeleteAsync(old, cancellationToken);
        }
    }
}

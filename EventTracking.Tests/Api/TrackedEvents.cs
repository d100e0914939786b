using System.Text;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api;

/// <summary>Brings events of a running service into a state, through the operations that production uses.</summary>
internal static class TrackedEvents
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A unique event that arrives now.</summary>
    public static Delivery Delivery(string body = "{}") => new()
    {
        Source = "test",
        Account = "account",
        Topic = "topic",
        DeliveryId = Guid.NewGuid().ToString(),
        Body = Encoding.UTF8.GetBytes(body),
    };

    public static Failure Failure(string fingerprint = "5f2a", string? stack = null) =>
        new("TimeoutException", null, "The shop is slow.", [], null, stack, fingerprint, Transient: true);

    extension(ApiFixture api)
    {
        public IEventLedger Ledger => api.Services.GetRequiredService<IEventLedger>();

        private DateTimeOffset Now => api.Services.GetRequiredService<TimeProvider>().GetUtcNow();

        public async Task<EventId> AcceptAsync(Delivery delivery) => (await api.Services.GetRequiredService<EventIntake>().AcceptAsync(delivery, Cancel)).Id;

        /// <summary>Changes an event's row as another version might.</summary>
        public Task<bool> StoreAsync(string sql, EventId id) => api.Services.GetRequiredService<EmbeddedStore>().WriteAsync(
            scope =>
            {
                using var statement = scope.Database.Use(sql);
                statement.Bind(id.ToString()).Step();
                return true;
            },
            Cancel);

        /// <summary>Starts an attempt.</summary>
        public async Task<Attempt> ClaimAsync(EventId id)
        {
            var record = Assert.IsType<EventRecord>(await api.Ledger.FindAsync(id, Cancel));
            var claim = await api.Ledger.ClaimAsync(new Claim(record.Event, null, api.Now, api.Now + Lease), Cancel);
            return Assert.IsType<ClaimResult.Claimed>(claim).Record.Attempts[^1];
        }

        /// <summary>Ends an attempt now.</summary>
        public async Task EndAsync(EventId id, Attempt attempt, EntityKey? waitingOn = null, params IReadOnlyList<EventId> effects) =>
            Assert.True(await api.Ledger.CompleteAsync(new Completion(id, attempt with { EndedAt = attempt.EndedAt ?? api.Now }, waitingOn, effects), Cancel));

        /// <summary>Makes one attempt with this outcome, which ends now unless a time is given.</summary>
        public async Task RunAsync(EventId id, EventStatus outcome, Failure? failure = null, EntityKey? waitingOn = null, DateTimeOffset? endedAt = null) =>
            await api.EndAsync(id, await api.ClaimAsync(id) with { Outcome = outcome, Failure = failure, EndedAt = endedAt }, waitingOn);
    }
}

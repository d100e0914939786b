using EventTracking.Core.Resilience;

namespace EventTracking.Core.Activities;

/// <summary>
/// What each function did, in slots of five minutes. The methods throw <see cref="StoreUnavailableException"/> if the store does not
/// respond.
/// </summary>
internal interface IActivityStore
{
    /// <summary>The number of days after which a slot is deleted.</summary>
    const int DaysKept = 30;

    /// <summary>The length of a slot.</summary>
    static readonly TimeSpan Slot = TimeSpan.FromMinutes(5);

    /// <summary>Adds amounts to a function's slot. A call whose response is lost may count twice if it is repeated.</summary>
    Task AddAsync(string function, DateTimeOffset slot, IReadOnlyDictionary<string, long> amounts, CancellationToken cancellationToken);

    /// <summary>Returns the function's slots from a time to before another, oldest first; those in which nothing happened are missing.</summary>
    Task<IReadOnlyList<ActivitySlot>> ListAsync(string function, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Estimates what AWS bills for these amounts; null where nothing is billed.</summary>
    ActivityCost? CostOf(IReadOnlyDictionary<string, long> amounts) => null;

    /// <summary>Returns the begin of the slot that a time lies in.</summary>
    static DateTimeOffset SlotOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Slot.Ticks), TimeSpan.Zero);
}

/// <summary>What a function did in a slot, by the names of <see cref="ActivityNames"/> and those that integrations gave.</summary>
internal sealed record ActivitySlot(DateTimeOffset From, IReadOnlyDictionary<string, long> Amounts);

/// <summary>An estimate of a bill.</summary>
/// <param name="WriteUnits">DynamoDB's write units.</param>
/// <param name="Dollars">The list price in us-east-1 of these and of the requests to S3 and SQS.</param>
internal sealed record ActivityCost(double WriteUnits, double Dollars);

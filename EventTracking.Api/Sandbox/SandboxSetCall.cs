using System.Globalization;

namespace EventTracking.Api.Sandbox;

/// <summary>A call that sets quantities.</summary>
internal sealed record SandboxSetCall(string? Key, string Parameters, string Name, string Reason, string? Reference, IReadOnlyList<SandboxSetRow> Rows);

/// <summary>A quantity to set.</summary>
internal sealed record SandboxSetRow(int Index, long? InventoryItemId, long? LocationId, int Quantity, SandboxComparison Comparison, int? From)
{
    public SandboxSetError Error(string code, string field) =>
        new(code, ["input", "quantities", Index.ToString(CultureInfo.InvariantCulture), field], $"The sandbox rejects the row {Index}: {code}.");
}

/// <summary>How a row guards against changes that it does not know of.</summary>
internal enum SandboxComparison
{
    /// <summary>The row does not say.</summary>
    Missing,

    /// <summary>The row opts out.</summary>
    None,

    /// <summary>The current quantity must be the expected one.</summary>
    Equal,
}

/// <summary>What became of a call: its adjustment and the items and locations that have another quantity than before, or its errors.</summary>
internal sealed record SandboxSetResult(SandboxAdjustment? Group, IReadOnlyList<SandboxSetError> Errors, IReadOnlyList<(long Item, SandboxLocation Location)> Changed)
{
    public static SandboxSetResult Refused(IEnumerable<SandboxSetError> errors) => new(null, [.. errors], []);
}

/// <summary>An adjustment in Shopify's history.</summary>
internal sealed record SandboxAdjustment(int Number, string Reason, string? Reference);

/// <summary>Why a call did nothing.</summary>
internal sealed record SandboxSetError(string Code, IReadOnlyList<string> Path, string Message);

/// <summary>A change that Shopify applied.</summary>
internal sealed record SandboxMutation(string IdempotencyKey, string Reference, long InventoryItemId, long LocationId, int? From, int To);

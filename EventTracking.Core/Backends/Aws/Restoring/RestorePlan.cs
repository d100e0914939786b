using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>How one table is restored. The same request makes the same plan, so that a run continues what the one before began.</summary>
/// <param name="Original">The table that is restored, under the name that the settings have.</param>
/// <param name="Target">The name of the restored table.</param>
/// <param name="Moment">The second whose contents it gets.</param>
/// <param name="SourceArn">The table's ARN, or that of its backup if the table was deleted.</param>
/// <param name="FromBackup">Whether the source is a backup.</param>
internal sealed record RestorePlan(TableDefinition Original, string Target, DateTimeOffset Moment, string SourceArn, bool FromBackup)
{
    private const string SecondFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>What to call the restored table by its own name.</summary>
    public TableDefinition Restored => Original with { Name = Target };

    /// <summary>Whether the restored table has the name of the deleted one, so that nothing needs to be switched.</summary>
    public bool KeepsName => Target == Original.Name;

    /// <summary>The restored table's name: the original's and the second. What was restored before does not get a second suffix.</summary>
    public static string NameOf(string table, DateTimeOffset moment)
    {
        var cut = table.LastIndexOf('-');
        var name = cut > 0 && DateTimeOffset.TryParseExact(table[(cut + 1)..], SecondFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? table[..cut] : table;
        return $"{name}-{moment.UtcDateTime.ToString(SecondFormat, CultureInfo.InvariantCulture)}";
    }

    /// <summary>Whether an existing table is the result of this very restore.</summary>
    public bool Made(TableDescription table) => table.RestoreSummary is { } restore
        && (FromBackup ? restore.SourceBackupArn == SourceArn : restore.SourceTableArn == SourceArn && IsSameSecond(restore.RestoreDateTime));

    private bool IsSameSecond(DateTime? restored) => restored is { } at && (new DateTimeOffset(at.ToUniversalTime()) - Moment).Duration() < TimeSpan.FromSeconds(1);
}

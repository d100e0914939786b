namespace EventTracking.Core.Backends.Embedded;

/// <summary>Settings of the embedded backend, from the configuration section <c>EventTracking:Embedded</c>.</summary>
internal sealed class EmbeddedOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "EventTracking:Embedded";

    /// <summary>
    /// Maximum size of the database in bytes. A full database rejects new events until space is freed, while reads and
    /// writes that need no more space continue. Null means that only the disk limits it.
    /// </summary>
    public long? MaxDatabaseBytes { get; set; }
}

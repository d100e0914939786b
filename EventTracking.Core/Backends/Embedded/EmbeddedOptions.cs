namespace EventTracking.Core.Backends.Embedded;

/// <summary>Settings of the embedded backend, from the configuration section <c>EventTracking:Embedded</c>.</summary>
internal sealed class EmbeddedOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "EventTracking:Embedded";

    /// <summary>
    /// The database grows to this size at most; a full one refuses new events until there is room, while reads and
    /// whatever needs no room go on. Null leaves it to the disk.
    /// </summary>
    public long? MaxDatabaseBytes { get; set; }
}

namespace EventTracking.Core.Search;

/// <summary>Reads the keys of a part of the engine that this one does not know, such as the id of a bulk replay.</summary>
internal interface IKeyReader
{
    /// <summary>Returns the readings of a text; none if its form does not fit. It reads a bounded number of records.</summary>
    Task<IReadOnlyList<SearchReading>> ReadAsync(string text, CancellationToken cancellationToken);
}

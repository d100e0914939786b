namespace EventTracking.Stock.Connectors;

/// <summary>The SKU of a product as a system has it.</summary>
/// <param name="Text">The SKU; null if there is none, or none that can be used.</param>
/// <param name="Fault">What is wrong with it, as the end of a sentence; null if nothing is.</param>
internal readonly record struct RemoteSku(string? Text, string? Fault);

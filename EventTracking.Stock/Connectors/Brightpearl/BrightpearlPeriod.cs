using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>The calls of one of Brightpearl's periods, as all processes share them.</summary>
/// <param name="Number">Counts the periods that the service has noticed.</param>
/// <param name="WrittenAt">When this was written, in Unix milliseconds of the writer's clock. It can only end a period earlier, because clocks differ.</param>
/// <param name="Left">The milliseconds that were left of the period then.</param>
/// <param name="Free">How many calls nobody has used or reserved, as far as is known.</param>
/// <param name="Seen">Whether a response of the period has been seen.</param>
internal sealed record BrightpearlPeriod(long Number, long WrittenAt, long Left, int Free, bool Seen);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BrightpearlPeriod))]
internal sealed partial class BrightpearlJson : JsonSerializerContext;

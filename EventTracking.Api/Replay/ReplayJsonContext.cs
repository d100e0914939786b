using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Api.Replay.Bulk;

namespace EventTracking.Api.Replay;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DismissRequest))]
[JsonSerializable(typeof(DismissResponse))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResponse))]
[JsonSerializable(typeof(CreateReplayRequest))]
[JsonSerializable(typeof(StartReplayRequest))]
[JsonSerializable(typeof(ResumeReplayRequest))]
[JsonSerializable(typeof(ReplayRateRequest))]
[JsonSerializable(typeof(ReplayJobResponse))]
[JsonSerializable(typeof(ReplayPageResponse))]
[JsonSerializable(typeof(ReplayEventPageResponse))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;
